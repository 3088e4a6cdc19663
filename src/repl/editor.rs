//! The user's own editor on a text: `$VISUAL`, `$EDITOR`, else vi.

use crate::error::{Error, Kind, Result};
use crate::output;
use std::io::Write;

/// Lets the user edit `text`. The file is the user's alone and is gone afterwards.
pub(super) fn edit(text: &str) -> Result<String> {
    let mut file = tempfile::Builder::new()
        .prefix("sqwire-")
        .suffix(".sql")
        .tempfile()
        .map_err(|e| Error::io("create a file for the editor", &e))?;
    let newline = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    write!(file, "{text}{newline}").map_err(|e| Error::io("write the file for the editor", &e))?;
    let program = program();
    // Through the shell, because the variable may hold arguments: `code --wait`.
    let status = output::program("/bin/sh")
        .args(["-c", &format!("{program} \"$1\""), "sh"])
        .arg(file.path())
        .status()
        .map_err(|e| Error::io(format!("start the editor \"{program}\""), &e))?;
    if !status.success() {
        return Err(
            Error::new(Kind::Io, format!("the editor \"{program}\" failed"))
                .with_hint("Set VISUAL or EDITOR to the editor you want."),
        );
    }
    let edited = std::fs::read_to_string(file.path())
        .map_err(|e| Error::io("read the file from the editor", &e))?;
    Ok(edited.trim_end_matches(['\n', '\r']).to_string())
}

fn program() -> String {
    let set = |name| {
        std::env::var(name)
            .ok()
            .filter(|v: &String| !v.trim().is_empty())
    };
    set("VISUAL")
        .or_else(|| set("EDITOR"))
        .unwrap_or_else(|| "vi".to_string())
}
