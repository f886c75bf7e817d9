//! Codes people copy wrongly: read strictly, explained precisely. Each has a `parse` that says which character is wrong and,
//! for a check digit, which one was expected. Nothing is guessed or repaired; [`normalise`] only undoes what keyboards do.

pub mod citizen;
pub mod credit;
pub mod division;
pub mod elicence;
mod explain;
mod fault;
pub mod item;
pub mod organisation;
pub mod retail;

pub use citizen::CitizenId;
pub use credit::CreditCode;
pub use division::Division;
pub use elicence::ELicenceId;
pub use explain::{Explained, KINDS, Part, check, inspect};
pub use fault::{CodeFault, Reason};
pub use organisation::OrgCode;
pub use retail::{LicenceKind, RetailLicenceNo};

/// What a keyboard or a paste does to a code, undone: full-width signs made half-width, spaces and line ends dropped,
/// letters made capitals. Call it on what was typed before `parse`, which takes only the written form of the standard.
pub fn normalise(typed: &str) -> String {
    typed.chars().filter(|sign| !sign.is_whitespace() && !is_invisible(*sign)).map(half_width).collect()
}

fn half_width(sign: char) -> char {
    let half = match sign {
        '！'..='～' => char::from_u32(sign as u32 - 0xFEE0).unwrap_or(sign),
        _ => sign,
    };
    half.to_ascii_uppercase()
}

// Zero-width signs come along when a code is copied from a chat or a web page.
fn is_invisible(sign: char) -> bool {
    matches!(sign, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}')
}

/// The characters of a code of exactly `length`, or what is wrong with its length.
fn signs(kind: &'static str, written: &str, length: usize) -> Result<Vec<char>, CodeFault> {
    let signs: Vec<char> = written.chars().collect();
    if signs.len() == length {
        Ok(signs)
    } else {
        Err(CodeFault::new(kind, Reason::Length { want: length.to_string(), got: signs.len() }))
    }
}

/// Refuses the first character for which `allowed` doesn't hold.
fn all(
    kind: &'static str,
    signs: &[char],
    want: &'static str,
    allowed: impl Fn(usize, char) -> bool,
) -> Result<(), CodeFault> {
    match signs.iter().enumerate().find(|(at, sign)| !allowed(*at, **sign)) {
        Some((at, &found)) => Err(CodeFault::new(kind, Reason::Character { at: at + 1, found, want })),
        None => Ok(()),
    }
}

fn is_digit_or_capital(sign: char) -> bool {
    sign.is_ascii_digit() || sign.is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn what_keyboards_do_is_undone() {
        assert_eq!(normalise(" 9144 0600７１４７０１３８６ｄ\n"), "91440600714701386D");
        assert_eq!(normalise("\u{FEFF}11010519491231002x"), "11010519491231002X");
    }
}
