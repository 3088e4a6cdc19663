//! mysql's flags that are connection parameters of the same name.

use clap::Args;

/// How to reach the server.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of mysql's")]
pub(super) struct Way {
    /// Server's socket
    #[arg(short = 'S', long, value_name = "PATH")]
    socket: Option<String>,
    /// How to reach the server: tcp or socket
    #[arg(long, value_name = "WAY", value_parser = ["tcp", "TCP", "socket", "SOCKET"])]
    protocol: Option<String>,
    /// Read only this option file
    #[arg(long, value_name = "FILE")]
    defaults_file: Option<String>,
    /// Read this option file after the system's
    #[arg(long, value_name = "FILE")]
    defaults_extra_file: Option<String>,
    /// Read also the groups whose names end so
    #[arg(long, value_name = "TEXT")]
    defaults_group_suffix: Option<String>,
    /// Read no option file
    #[arg(long)]
    no_defaults: bool,
    /// Read this group of .mylogin.cnf
    #[arg(long, value_name = "NAME")]
    login_path: Option<String>,
    /// Do not read .mylogin.cnf
    #[arg(long, hide = true)]
    no_login_paths: bool,
    /// How to use TLS: disabled, preferred, required, verify_ca, verify_identity
    #[arg(long, value_name = "MODE")]
    ssl_mode: Option<String>,
    /// Authorities that may vouch for the server
    #[arg(long, value_name = "FILE")]
    ssl_ca: Option<String>,
    /// Client certificate
    #[arg(long, value_name = "FILE")]
    ssl_cert: Option<String>,
    /// Key of the client certificate
    #[arg(long, value_name = "FILE")]
    ssl_key: Option<String>,
    /// The same as --ssl-mode required
    #[arg(long, hide = true)]
    ssl: bool,
    /// The same as --ssl-mode disabled
    #[arg(long, hide = true)]
    skip_ssl: bool,
    /// The same as --ssl-mode verify_identity
    #[arg(long, hide = true)]
    ssl_verify_server_cert: bool,
    /// Compress what goes over the network
    #[arg(short = 'C', long)]
    compress: bool,
    /// Allow a password in clear text, over TLS or a socket
    #[arg(long)]
    enable_cleartext_plugin: bool,
    /// Take the public key for the password from a server without TLS
    #[arg(long)]
    get_server_public_key: bool,
    /// The public key of a server without TLS
    #[arg(long, value_name = "FILE")]
    server_public_key_path: Option<String>,
}

impl Way {
    /// Whether a transport was asked for by name.
    pub(super) fn is_by(&self, protocol: &str) -> bool {
        let given = self.protocol.as_deref();
        given.is_some_and(|given| given.eq_ignore_ascii_case(protocol))
    }

    /// In the order in which the last one counts.
    pub(super) fn parameters(self) -> impl Iterator<Item = (String, String)> {
        let on = |given: bool| given.then(|| "1".to_string());
        let mode = |given: bool, mode: &str| given.then(|| mode.to_string());
        let given = [
            ("socket", self.socket),
            ("protocol", self.protocol),
            ("defaults-file", self.defaults_file),
            ("defaults-extra-file", self.defaults_extra_file),
            ("defaults-group-suffix", self.defaults_group_suffix),
            ("no-defaults", on(self.no_defaults)),
            ("login-path", self.login_path),
            ("no-login-paths", on(self.no_login_paths)),
            ("ssl-ca", self.ssl_ca),
            ("ssl-cert", self.ssl_cert),
            ("ssl-key", self.ssl_key),
            ("ssl-mode", mode(self.ssl, "required")),
            (
                "ssl-mode",
                mode(self.ssl_verify_server_cert, "verify_identity"),
            ),
            ("ssl-mode", mode(self.skip_ssl, "disabled")),
            ("ssl-mode", self.ssl_mode),
            ("compress", on(self.compress)),
            ("enable-cleartext-plugin", on(self.enable_cleartext_plugin)),
            ("get-server-public-key", on(self.get_server_public_key)),
            ("server-public-key-path", self.server_public_key_path),
        ];
        let named = given
            .into_iter()
            .map(|(name, value)| Some((name.to_string(), value?)));
        named.flatten()
    }
}
