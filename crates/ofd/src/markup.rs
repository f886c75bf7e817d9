//! Writing XML: plain strings, so that the same document always gives the same bytes.

use crate::NAMESPACE;
use std::fmt::Write as _;

pub(crate) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// The opening of a part: declaration and root element, with attributes as given.
pub(crate) fn root(name: &str, attributes: &str) -> String {
    format!("{DECLARATION}<ofd:{name} xmlns:ofd=\"{NAMESPACE}\"{attributes}>")
}

/// Text between tags or in an attribute. Characters that XML 1.0 can't hold are dropped: they have no shape either.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        push_escaped(&mut out, ch);
    }
    out
}

pub(crate) fn push_escaped(out: &mut String, ch: char) {
    match ch {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\t' | '\n' | '\r' => {
            let _ = write!(out, "&#{};", u32::from(ch));
        }
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
        _ => out.push(ch),
    }
}

/// `<ofd:Name>text</ofd:Name>`.
pub(crate) fn leaf(out: &mut String, name: &str, text: &str) {
    let _ = write!(out, "<ofd:{name}>{}</ofd:{name}>", escape(text));
}

/// A number with at most `places` decimals and no idle zeros. Never “-0”, never an exponent.
pub(crate) fn push_number(out: &mut String, number: f64, places: u32) {
    let unit = 10_i64.pow(places);
    push_fixed(out, (number * unit as f64).round() as i64, unit);
}

/// A number given in units of 1/`unit`.
pub(crate) fn push_fixed(out: &mut String, scaled: i64, unit: i64) {
    if scaled < 0 {
        out.push('-');
    }
    push_digits(out, scaled.unsigned_abs() / unit as u64);
    let (mut rest, mut unit) = (scaled.unsigned_abs() % unit as u64, unit as u64);
    if rest > 0 {
        out.push('.');
    }
    while rest > 0 {
        unit /= 10;
        out.push(char::from(b'0' + (rest / unit) as u8));
        rest %= unit;
    }
}

/// A page has ten thousand numbers: the formatter of the standard library would take a tenth of the time.
fn push_digits(out: &mut String, mut number: u64) {
    let (mut digits, mut at) = ([0; 20], 20);
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    digits[at..].iter().for_each(|digit| out.push(char::from(*digit)));
}

/// Numbers with a blank between them: a box, a matrix, a point.
pub(crate) fn numbers(values: &[f64], places: u32) -> String {
    let mut out = String::new();
    for value in values {
        if !out.is_empty() {
            out.push(' ');
        }
        push_number(&mut out, *value, places);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_plain() {
        assert_eq!(numbers(&[0.0, -0.0001, 1.5, -2.25, 210.0, 0.0625, 1e-9], 3), "0 0 1.5 -2.25 210 0.063 0");
        assert_eq!(numbers(&[0.062_5, -0.000_04], 4), "0.0625 0");
    }

    #[test]
    fn what_xml_cannot_hold_is_escaped_or_gone() {
        assert_eq!(escape("a<b>&\"c\u{0}\u{b}\n"), "a&lt;b&gt;&amp;&quot;c&#10;");
    }
}
