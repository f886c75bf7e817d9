//! How official Chinese writes dates, times and amounts, and how personal data is masked.

use jiff::civil::{Date, DateTime};

/// “2026年11月23日”: Arabic digits, no leading zeros (GB/T 9704—2012 7.3.5.4).
pub fn date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// “2026年11月23日 09:05”.
pub fn minute(at: DateTime) -> String {
    format!("{} {:02}:{:02}", date(at.date()), at.hour(), at.minute())
}

/// “2026年11月23日 09:05:07.123”, for the arrival of an application.
pub fn millisecond(at: DateTime) -> String {
    format!("{}:{:02}.{:03}", minute(at), at.second(), at.millisecond())
}

/// “人民币1,234.05元”; the amount is in fen.
pub fn yuan(fen: u64) -> String {
    let (whole, rest) = (fen / 100, fen % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if rest == 0 { format!("人民币{grouped}元") } else { format!("人民币{grouped}.{rest:02}元") }
}

/// A whole number below 10,000 in Chinese digits, as statutes write periods: “六十”, “一百零五”.
pub fn digits(number: u16) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    if number == 0 {
        return DIGITS[0].to_owned();
    }
    let mut text = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = usize::from(number / unit % 10);
        if digit == 0 {
            gap |= !text.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            text.push_str(DIGITS[0]);
        }
        // 十二, not 一十二, but 一百一十二.
        if !(digit == 1 && unit == 10 && text.is_empty()) {
            text.push_str(DIGITS[digit]);
        }
        text.push_str(name);
    }
    text
}

/// “张*”: the first character stays. A name of one character is hidden wholly.
pub fn mask_name(name: &str) -> String {
    let mut characters = name.trim().chars();
    match (characters.next(), characters.count()) {
        (None, _) => String::new(),
        (Some(_), 0) => "*".to_owned(),
        (Some(first), rest) => format!("{first}{}", "*".repeat(rest.min(3))),
    }
}

/// “138****5678”; anything shorter than seven characters is hidden wholly.
pub fn mask_phone(phone: &str) -> String {
    keep_ends(phone, 3, 4)
}

/// “990101********123X”: division and last four stay.
pub fn mask_id(id: &str) -> String {
    keep_ends(id, 6, 4)
}

fn keep_ends(text: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = text.trim().chars().collect();
    if characters.len() <= head + tail {
        return "*".repeat(characters.len());
    }
    let hidden = characters.len() - head - tail;
    let (first, last) = (&characters[..head], &characters[characters.len() - tail..]);
    first.iter().copied().chain(std::iter::repeat_n('*', hidden)).chain(last.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil;

    #[test]
    fn dates_have_no_leading_zeros_and_times_have() {
        let at = civil::date(2026, 1, 5).at(9, 5, 7, 123_000_000);
        assert_eq!(date(at.date()), "2026年1月5日");
        assert_eq!(millisecond(at), "2026年1月5日 09:05:07.123");
    }

    #[test]
    fn amounts_are_grouped() {
        assert_eq!(yuan(123_405), "人民币1,234.05元");
        assert_eq!(yuan(100_000_000), "人民币1,000,000元");
        assert_eq!(yuan(7), "人民币0.07元");
    }

    #[test]
    fn numbers_read_as_in_statutes() {
        for (number, text) in [
            (0, "零"),
            (6, "六"),
            (10, "十"),
            (20, "二十"),
            (15, "十五"),
            (60, "六十"),
            (105, "一百零五"),
            (112, "一百一十二"),
            (1005, "一千零五"),
            (1050, "一千零五十"),
        ] {
            assert_eq!(digits(number), text);
        }
    }

    #[test]
    fn masks_hide_what_identifies() {
        assert_eq!(mask_name("张三丰"), "张**");
        assert_eq!(mask_name("䶮"), "*");
        assert_eq!(mask_name("阿依古丽·买买提"), "阿***");
        assert_eq!(mask_phone("13800005678"), "138****5678");
        assert_eq!(mask_id("99010119900307123X"), "990101********123X");
        assert_eq!(mask_id("12345"), "*****");
    }
}
