//! OAuth, where the server asks for it: a token that an authorization server gives once the user has
//! agreed in a browser (device authorization, RFC 8628), shown in place of a password. As libpq does
//! it, with its checks of who issues the token, and in its words.

pub(super) mod bearer;
mod documents;
mod http;
mod url;

use super::parameters::Parameters;
use crate::driver::Secret;
use base64::Engine as _;
use documents::{Device, Provider, Refusal};
use http::{Answer, Request};
use serde::de::DeserializeOwned;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Who we are to the authorization server: libpq's parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Client {
    issuer: String,
    id: String,
    secret: Option<Secret>,
    scope: Option<String>,
    /// PGOAUTHDEBUG=UNSAFE: http will do, and no time need pass between two questions.
    debugging: bool,
    /// Certificates to trust then.
    authorities: Option<PathBuf>,
}

/// What a token must be for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Demand {
    issuer: String,
    /// Where the document is that says how tokens are given.
    discovery: String,
    scope: Option<String>,
}

/// The end of a login that needs a token.
#[derive(Debug)]
pub(super) struct Wanted(pub(super) Demand);

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server wants an OAuth token")
    }
}

impl std::error::Error for Wanted {}

impl Wanted {
    /// What the connection ended for, if it was this.
    pub(super) fn in_error(e: &tokio_postgres::Error) -> Option<Demand> {
        let io: &std::io::Error = std::error::Error::source(e)?.downcast_ref()?;
        let Wanted(demand) = io.get_ref()?.downcast_ref()?;
        Some(demand.clone())
    }
}

#[cfg(test)]
impl Client {
    pub(super) fn for_test(issuer: &str) -> Client {
        Client {
            issuer: issuer.into(),
            id: "id".into(),
            secret: None,
            scope: None,
            debugging: false,
            authorities: None,
        }
    }
}

impl Client {
    /// Of the parameters; none where issuer and id are not both there.
    pub(super) fn new(
        given: &Parameters<'_>,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Option<Client> {
        let debugging = env("PGOAUTHDEBUG").as_deref() == Some("UNSAFE");
        Some(Client {
            issuer: given.get("oauth_issuer")?,
            id: given.get("oauth_client_id")?,
            secret: given.get("oauth_client_secret").map(Secret::new),
            scope: given.get("oauth_scope"),
            debugging,
            authorities: env("PGOAUTHCAFILE")
                .filter(|_| debugging)
                .map(PathBuf::from),
        })
    }
}

/// For one answer of the authorization server.
const PATIENCE: Duration = Duration::from_secs(30);
/// For the user, whatever the server says.
const MOST_PATIENCE: Duration = Duration::from_secs(30 * 60);
/// Seconds between two questions where the server names none, and that it can add.
const INTERVAL: f64 = 5.0;
const SLOWER: Duration = Duration::from_secs(5);
const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Gets a token; the user is told by `tell` where to agree. Waits as long as the authorization server
/// keeps its code.
pub(super) async fn fetch(
    client: &Client,
    demand: &Demand,
    tell: fn(&str),
) -> Result<Secret, String> {
    let flow = Flow {
        client,
        http: http::Client {
            patience: PATIENCE,
            authorities: client.authorities.clone(),
        },
    };
    let provider = flow.discover(demand).await?;
    let (device_place, token_place) = flow.endpoints(&provider)?;
    let device = flow.device(device_place, demand).await?;
    let begun = Instant::now();
    let lasts = device.expires_in.clamp(0.0, MOST_PATIENCE.as_secs_f64());
    let until = begun + Duration::from_secs_f64(lasts);
    let least = if client.debugging { 0.0 } else { 1.0 };
    let interval = device.interval.unwrap_or(INTERVAL).ceil();
    let mut interval = Duration::from_secs_f64(interval.clamp(least, MOST_PATIENCE.as_secs_f64()));
    let mut told = false;
    loop {
        let answer = flow.token(token_place, &device).await?;
        if !std::mem::replace(&mut told, true) {
            tell(&format!(
                "Visit {} and enter the code: {}",
                device.verification_uri, device.user_code
            ));
        }
        match answer {
            Progress::Token(token) => return Ok(token),
            Progress::Pending => {}
            Progress::SlowDown => interval += SLOWER,
        }
        if Instant::now() + interval > until {
            tokio::time::sleep_until(until).await;
            return Err(format!("{NO_TOKEN}: the code has expired"));
        }
        tokio::time::sleep(interval).await;
    }
}

const NO_TOKEN: &str = "failed to obtain access token";

enum Progress {
    Token(Secret),
    Pending,
    SlowDown,
}

struct Flow<'a> {
    client: &'a Client,
    http: http::Client,
}

impl Flow<'_> {
    async fn discover(&self, demand: &Demand) -> Result<Provider, String> {
        let during = |why: String| format!("failed to fetch OpenID discovery document: {why}");
        let url = self.url(&demand.discovery).map_err(during)?;
        let request = Request {
            url: &url,
            form: None,
            authorization: None,
        };
        let answer = self.http.ask(&request).await.map_err(during)?;
        if answer.status != 200 {
            return Err(during(unexpected(&answer)));
        }
        let parsing = |why: String| format!("failed to parse OpenID discovery document: {why}");
        let provider: Provider = documents::read(&answer).map_err(parsing)?;
        match provider.issuer == demand.issuer {
            true => Ok(provider),
            false => Err(parsing(format!(
                "the issuer identifier ({}) does not match oauth_issuer ({})",
                provider.issuer, demand.issuer
            ))),
        }
    }

    /// Where devices are authorized and where tokens are given.
    fn endpoints<'p>(&self, provider: &'p Provider) -> Result<(&'p str, &'p str), String> {
        let refuse = |why: String| Err(format!("cannot run OAuth device authorization: {why}"));
        let Some(device) = &provider.device_authorization_endpoint else {
            return refuse(format!(
                "issuer \"{}\" does not provide a device authorization endpoint",
                provider.issuer
            ));
        };
        let token = &provider.token_endpoint;
        for (what, place) in [("device authorization", device), ("token", token)] {
            if !url::is_safe(place, self.client.debugging) {
                return refuse(format!("{what} endpoint \"{place}\" must use HTTPS"));
            }
        }
        Ok((device, token))
    }

    async fn device(&self, place: &str, demand: &Demand) -> Result<Device, String> {
        let during = |why: String| format!("failed to obtain device authorization: {why}");
        let scope = demand.scope.as_deref().filter(|scope| !scope.is_empty());
        let pairs: Vec<_> = scope.map(|scope| ("scope", scope)).into_iter().collect();
        let answer = self.send(place, pairs).await.map_err(during)?;
        match answer.status {
            200 => documents::read(&answer)
                .map_err(|why| format!("failed to parse device authorization: {why}")),
            400 | 401 => {
                let refusal: Refusal = refusal(&answer)?;
                Err(during(
                    refusal.describe(answer.status, self.client.secret.is_some()),
                ))
            }
            _ => Err(during(unexpected(&answer))),
        }
    }

    async fn token(&self, place: &str, device: &Device) -> Result<Progress, String> {
        let during = |why: String| format!("{NO_TOKEN}: {why}");
        let pairs = vec![
            ("device_code", device.device_code.as_str()),
            ("grant_type", DEVICE_CODE),
        ];
        let answer = self.send(place, pairs).await.map_err(during)?;
        if answer.status == 200 {
            let parsed = documents::read::<documents::Token>(&answer);
            let token =
                parsed.map_err(|why| format!("failed to parse access token response: {why}"))?;
            let token = token.access_token;
            // It must not end the message that carries it.
            return match !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic()) {
                true => Ok(Progress::Token(Secret::new(token))),
                false => Err(during("the token is none that can be shown".into())),
            };
        }
        if !matches!(answer.status, 400 | 401) {
            return Err(during(unexpected(&answer)));
        }
        let refusal: Refusal = refusal(&answer)?;
        match refusal.error.as_str() {
            "authorization_pending" => Ok(Progress::Pending),
            "slow_down" => Ok(Progress::SlowDown),
            _ => Err(during(
                refusal.describe(answer.status, self.client.secret.is_some()),
            )),
        }
    }

    /// Sends a form, signed with the client's secret or with its name alone.
    async fn send(&self, place: &str, mut pairs: Vec<(&str, &str)>) -> Result<Answer, String> {
        let Client { id, secret, .. } = self.client;
        let url = self.url(place)?;
        let authorization = secret.as_ref().map(|secret| {
            let (id, secret) = (documents::encoded(id), documents::encoded(secret.reveal()));
            let both = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
            format!("Basic {both}")
        });
        if authorization.is_none() {
            pairs.push(("client_id", id));
        }
        let request = Request {
            url: &url,
            form: Some(documents::form(&pairs)),
            authorization,
        };
        self.http.ask(&request).await
    }

    fn url(&self, place: &str) -> Result<Url, String> {
        let url = Url::parse(place).filter(|url| url.encrypted || self.client.debugging);
        url.ok_or_else(|| format!("\"{place}\" is no https URL"))
    }
}

fn refusal<T: DeserializeOwned>(answer: &Answer) -> Result<T, String> {
    documents::read(answer).map_err(|why| format!("failed to parse token error response: {why}"))
}

fn unexpected(answer: &Answer) -> String {
    format!("unexpected response code {}", answer.status)
}
