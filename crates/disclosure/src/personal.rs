//! Numbers of a person in free words: an ID number or a mobile number that must not come before the public.

use std::ops::Range;

use law::codes::CitizenId;

/// A number found, by its bytes in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub at: Range<usize>,
    pub what: &'static str,
    /// As it may be shown: `199****0001`.
    pub masked: String,
}

/// Digits without a gap, with an X behind them where one follows.
struct Run {
    at: Range<usize>,
    digits: String,
}

/// The longest number looked for is written in no more pieces than this: `138 0013 8000`.
const MOST_PIECES: usize = 6;

/// Every ID number and mobile number in a text, also with full-width digits, or with blanks or hyphens in it.
pub fn numbers(text: &str) -> Vec<Found> {
    let runs = runs(text);
    let mut found = Vec::new();
    let mut from = 0;
    while from < runs.len() {
        let ends =
            (from..runs.len().min(from + MOST_PIECES)).take_while(|to| is_joined(text, &runs[from..=*to]));
        let told = ends.filter_map(|to| Some((to, number(text, &runs[from..=to])?))).last();
        from = told.as_ref().map_or(from, |(to, _)| *to) + 1;
        found.extend(told.map(|(_, one)| one));
    }
    found
}

/// A text with its numbers covered.
pub fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for one in numbers(text) {
        shown.push_str(&text[from..one.at.start]);
        shown.push_str(&one.masked);
        from = one.at.end;
    }
    shown.push_str(&text[from..]);
    shown
}

fn number(text: &str, runs: &[Run]) -> Option<Found> {
    let digits: String = runs.iter().map(|run| run.digits.as_str()).collect();
    let at = runs.first()?.at.start..runs.last()?.at.end;
    if text[..at.start].ends_with(|c: char| c.is_ascii_alphabetic()) {
        // Part of a code: a unified social credit code, a document number.
        return None;
    }
    let mobile = digits.strip_prefix("86").filter(|rest| is_mobile(rest)).unwrap_or(&digits);
    if is_mobile(mobile) {
        return Some(Found { at, what: "手机号码", masked: web::text::mask_phone(mobile) });
    }
    let is_id = CitizenId::parse(&digits).is_ok() || looks_like_id(&digits);
    is_id.then(|| Found { at, what: "身份证号码", masked: web::text::mask_id(&digits) })
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11
        && digits.starts_with('1')
        && matches!(digits.as_bytes()[1], b'3'..=b'9')
        && !digits.ends_with('X')
}

/// 18 signs with a birthday in the middle: a slip of one digit leaves a number that still tells who it is.
fn looks_like_id(digits: &str) -> bool {
    let day = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i8>().ok());
    digits.len() == 18
        && matches!(&digits[6..8], "19" | "20")
        && jiff::civil::Date::new(2000, day(10, 12).unwrap_or(0), day(12, 14).unwrap_or(0)).is_ok()
}

/// One sign at the most, a blank or a hyphen, between each and the next.
fn is_joined(text: &str, runs: &[Run]) -> bool {
    runs.windows(2).all(|pair| {
        let mut between = text[pair[0].at.end..pair[1].at.start].chars();
        between.next().is_none_or(|sign| sign.is_whitespace() || matches!(sign, '-' | '—' | '－' | '.'))
            && between.next().is_none()
    })
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let before = runs.last_mut().filter(|run| run.at.end == at);
        match (digit(c), before) {
            (Some('X'), Some(run)) if run.digits.ends_with(|c: char| c.is_ascii_digit()) => {
                run.digits.push('X');
                run.at.end = end;
            }
            (Some('X') | None, _) => {}
            (Some(digit), Some(run)) if !run.digits.ends_with('X') => {
                run.digits.push(digit);
                run.at.end = end;
            }
            (Some(digit), _) => runs.push(Run { at: at..end, digits: digit.to_string() }),
        }
    }
    runs
}

/// The digit a sign stands for, or X.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        'x' | 'X' | 'Ｘ' | 'ｘ' | '×' => Some('X'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_person_are_found_however_they_are_written() {
        for (text, what, shown) in [
            ("我的号码990101198704122151。", "身份证号码", "我的号码990***********2151。"),
            ("990101 19870412 2151", "身份证号码", "990***********2151"),
            ("身份证99010119900101001x", "身份证号码", "身份证990***********001X"),
            ("电话19999010001", "手机号码", "电话199****0001"),
            ("打 138-0013-8000 找我", "手机号码", "打 138****8000 找我"),
            ("１３８００１３８０００", "手机号码", "138****8000"),
            ("+86 13800138000", "手机号码", "+138****8000"),
            ("2026-11-01 13800138000", "手机号码", "2026-11-01 138****8000"),
        ] {
            let found = numbers(text);
            assert_eq!(found.iter().map(|one| one.what).collect::<Vec<_>>(), [what], "{text}");
            assert_eq!(masked(text), shown);
        }
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "建议把 50 米改成 30 米",
            "0990-9901010",
            "12313",
            "92990101MA0DEM013Q",
            "许可证号 990101100001",
            "2026年11月26日 9:00—12:00",
            "订单 139001380001234",
        ] {
            assert_eq!(numbers(text), [], "{text}");
            assert_eq!(masked(text), text);
        }
    }
}
