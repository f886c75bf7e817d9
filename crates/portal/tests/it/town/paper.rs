//! What a PDF says to a reader.

use std::io::Write;
use std::process::{Command, Stdio};

/// The text of a PDF without blanks, by `pdftotext`, which `./test` installs.
pub fn words_of(pdf: &[u8]) -> String {
    assert!(pdf.starts_with(b"%PDF-"), "not a PDF: {}", String::from_utf8_lossy(&pdf[..pdf.len().min(200)]));
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(pdf).expect("written");
    let said = Command::new("pdftotext").arg(file.path()).arg("-").stdin(Stdio::null()).output();
    let said = said.expect("pdftotext is installed (Debian: poppler-utils)");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8_lossy(&said.stdout).split_whitespace().collect()
}
