//! Structured logs without personal data.
//!
//! Every line goes through [`masked`] on its way out, whoever wrote it: numbers that look like citizen IDs, mobile
//! phones or credit codes of a person are shortened, session tokens and passwords in `key=value` form are struck out.
//! The mask is the last line of defence; the first is not to log what we were told in confidence.

use std::io::{IsTerminal, Write};

use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::{EnvFilter, fmt};

use crate::settings::{Log, LogFormat, SettingsFault};

/// Starts logging to standard error. Calling it twice is an error of the program.
pub fn start(log: &Log) -> Result<(), SettingsFault> {
    let filter =
        EnvFilter::try_new(&log.level).map_err(|e| SettingsFault::value("log.level", e.to_string()))?;
    // Below `info` the driver writes the values of every statement: names and addresses, which no mask knows.
    let filter = filter.add_directive("tokio_postgres=info".parse().expect("a directive of ours"));
    let for_people = match log.format {
        LogFormat::Pretty => true,
        LogFormat::Json => false,
        LogFormat::Auto => std::io::stderr().is_terminal(),
    };
    let lines = fmt().with_env_filter(filter).with_writer(Masking);
    if for_people {
        lines.with_target(false).compact().init();
    } else {
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).init();
    }
    Ok(())
}

struct Masking;

impl<'a> MakeWriter<'a> for Masking {
    type Writer = MaskingWriter;

    fn make_writer(&'a self) -> MaskingWriter {
        MaskingWriter(Vec::with_capacity(256))
    }
}

/// Gathers one event and writes it masked when it is dropped: a number never straddles two writes.
struct MaskingWriter(Vec<u8>);

impl Write for MaskingWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Drop for MaskingWriter {
    fn drop(&mut self) {
        let text = masked(&String::from_utf8_lossy(&self.0));
        // A closed standard error must not stop the server.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
}

/// The text with personal numbers shortened: `110105********002X` shows neither birth date nor sequence,
/// `138****0000` is how phones are shown to their owners too.
pub fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        push_masked(&mut out, &rest[..end]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

fn push_masked(out: &mut String, word: &str) {
    let masked = if is_citizen_number(word) {
        format!("{}***********{}", &word[..3], &word[17..])
    } else if is_mobile(word) {
        format!("{}****{}", &word[..3], &word[7..])
    } else if is_token(word) {
        format!("{}…", &word[..6])
    } else {
        return out.push_str(word);
    };
    out.push_str(&masked);
}

/// 17 digits and a digit or X with a possible birth date, whatever the check digit says: a mistyped ID is still one.
fn is_citizen_number(word: &str) -> bool {
    let (digits, last) = word.split_at(word.len().saturating_sub(1));
    if word.len() != 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let part = |from: usize, to: usize| digits[from..to].parse::<u32>().unwrap_or(0);
    let born = (1850..2150).contains(&part(6, 10))
        && (1..=12).contains(&part(10, 12))
        && (1..=31).contains(&part(12, 14));
    born && (last == "X" || last == "x" || last.bytes().all(|b| b.is_ascii_digit()))
}

fn is_mobile(word: &str) -> bool {
    let mut bytes = word.bytes();
    word.len() == 11 && bytes.all(|b| b.is_ascii_digit()) && word.starts_with('1') && !word.starts_with("10")
}

/// Session tokens and form tokens are 64 hexadecimal digits or more. Digests of files (SM3) look the same and
/// lose nothing by being shortened.
fn is_token(word: &str) -> bool {
    word.len() >= 64 && word.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn citizen_numbers_and_phones_are_shortened_wherever_they_stand() {
        assert_eq!(masked("id=11010519491231002X,"), "id=110***********X,");
        assert_eq!(masked(r#"{"phone":"13812345678"}"#), r#"{"phone":"138****5678"}"#);
        assert_eq!(
            masked("电话13812345678，证号440524188001010014。"),
            "电话138****5678，证号440***********4。"
        );
    }

    #[test]
    fn other_numbers_stay_as_they_are() {
        for plain in [
            "licence 990101100001",
            "at 1790000000000000",
            "case 01922f0e-7bb1-7c55-b1a2-0123456789ab",
            "10086",
        ] {
            assert_eq!(masked(plain), plain);
        }
    }

    #[test]
    fn a_session_token_is_not_readable_in_a_log() {
        let token = "9f".repeat(32);
        assert_eq!(masked(&format!("token {token}")), "token 9f9f9f…");
    }
}
