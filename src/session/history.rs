//! Where the session is, as the history knows it.

use super::Session;
use crate::history::Place;

impl Session {
    /// What is connected: kind, host, port and database tell places apart.
    pub fn history_place(&self) -> Place {
        let status = &self.status;
        let kind = self.driver.dialect().name;
        let is_file = kind == "sqlite" && !status.database.starts_with(':');
        let database = match is_file {
            true => std::path::absolute(&status.database)
                .map_or(status.database.clone(), |p| p.display().to_string()),
            false => status.database.clone(),
        };
        let port = status.port.map_or(String::new(), |port| format!(":{port}"));
        Place {
            key: format!("{kind}://{}{port}/{database}", status.host),
            database: status.database.clone(),
            user: status.user.clone(),
        }
    }
}
