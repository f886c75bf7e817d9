//! Chinese numerals of article numbers: 三十二, 一百二十三.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// `32` → `三十二`, `105` → `一百零五`. Statutes have fewer than a thousand articles here but the Civil Code has 1260.
pub fn chinese(number: u16) -> String {
    if number == 0 {
        return String::from("零");
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = usize::from(number / unit % 10);
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
        }
        gap = false;
        // Ten to nineteen are 十, 十一 …, not 一十.
        if !(digit == 1 && unit == 10 && out.is_empty()) {
            out.push(DIGITS[digit]);
        }
        out.push_str(name);
    }
    out
}

/// `三十二` → 32. `None` for anything that is not a numeral below ten thousand.
pub fn number(written: &str) -> Option<u16> {
    let mut total: u16 = 0;
    let mut digit: Option<u16> = None;
    for sign in written.chars() {
        if let Some(value) = DIGITS.iter().position(|&d| d == sign) {
            digit = Some(value as u16);
            continue;
        }
        let unit = match sign {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ => return None,
        };
        total = total.checked_add(digit.take().unwrap_or(1).checked_mul(unit)?)?;
    }
    let total = total.checked_add(digit.unwrap_or(0))?;
    (chinese(total) == written).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::{chinese, number};

    #[test]
    fn article_numbers_are_written_as_statutes_write_them() {
        for (n, word) in [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (82, "八十二"), (100, "一百")]
        {
            assert_eq!(chinese(n), word);
        }
        assert_eq!(
            (chinese(105), chinese(110), chinese(123)),
            ("一百零五".into(), "一百一十".into(), "一百二十三".into())
        );
        assert_eq!(chinese(1260), "一千二百六十");
    }

    #[test]
    fn every_number_reads_back() {
        for n in 1..2000 {
            assert_eq!(number(&chinese(n)), Some(n));
        }
        assert_eq!(number("三十二条"), None);
        assert_eq!(number("一十二"), None);
    }
}
