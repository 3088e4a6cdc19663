//! Links the program on Linux so that it starts quickly.
//!
//! At a fixed address: a position-independent executable of this size writes 29,000 relocations over
//! 140 pages before `main`, a third of the time of `sqwire -c 'select 1'`. Libraries and heap keep
//! their random addresses.
//!
//! With the unwinder inside: `libgcc_s.so` is one library more to find, map and relocate, and asks
//! the processor for its features, which is slow on virtual machines.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
        if let Some(out) = std::env::var_os("OUT_DIR") {
            link_the_unwinder(Path::new(&out));
        }
    }
}

/// The standard library asks for `-lgcc_s`; a linker script of that name gives it the static one,
/// where the C compiler has it.
fn link_the_unwinder(out: &Path) {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let archive = |name: &str| {
        let asked = Command::new(&compiler)
            .arg(format!("-print-file-name={name}"))
            .output()
            .ok()?;
        let path = String::from_utf8(asked.stdout).ok()?;
        let path = path.trim().to_string();
        Path::new(&path).is_absolute().then_some(path)
    };
    let (Some(eh), Some(gcc)) = (archive("libgcc_eh.a"), archive("libgcc.a")) else {
        return;
    };
    if std::fs::write(out.join("libgcc_s.so"), format!("GROUP ( {eh} {gcc} )\n")).is_ok() {
        println!("cargo::rustc-link-arg-bins=-L{}", out.display());
    }
}
