//! How words sound: 专卖 is zhuan mai, its initials zm; 专买 sounds the same.

use pinyin::ToPinyin;

use crate::fold::is_han;

/// Syllables without tones; letters and digits stand for themselves.
pub fn syllables(folded: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut in_latin = false;
    for c in folded.chars() {
        match c.to_pinyin() {
            Some(sound) if is_han(c) => {
                out.push(sound.plain().replace('ü', "v"));
                in_latin = false;
            }
            _ if c.is_alphanumeric() => {
                match out.last_mut() {
                    Some(last) if in_latin => last.push(c),
                    _ => out.push(c.into()),
                }
                in_latin = true;
            }
            _ => in_latin = false,
        }
    }
    out
}

/// First letters: yczm.
pub fn initials(syllables: &[String]) -> String {
    syllables.iter().filter_map(|one| one.chars().next()).collect()
}

/// What sounds alike in much of the country becomes the same: zh = z, n = l at the beginning, -ng = -n at the end.
pub fn blurred(syllable: &str) -> String {
    let head = match syllable {
        s if s.starts_with("zh") || s.starts_with("ch") || s.starts_with("sh") => {
            format!("{}{}", &s[..1], &s[2..])
        }
        s if s.starts_with('n') => format!("l{}", &s[1..]),
        "hu" => "fu".to_owned(),
        s if s.starts_with("hu") => format!("f{}", &s[2..]),
        s => s.to_owned(),
    };
    match head.strip_suffix("ng") {
        Some(open) if open.ends_with(['a', 'e', 'i']) => format!("{open}n"),
        _ => head,
    }
}

/// Whether one letter was left out, added, mistaken or swapped with its neighbour.
pub fn one_slip(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[same..], &long[same..]);
    if short.len() < long.len() {
        return short == &long[1..];
    }
    if short.is_empty() {
        return true;
    }
    let swapped = short.len() > 1 && short[0] == long[1] && short[1] == long[0] && short[2..] == long[2..];
    short[1..] == long[1..] || swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_syllable_by_syllable() {
        assert_eq!(syllables("烟草专卖"), ["yan", "cao", "zhuan", "mai"]);
        assert_eq!(initials(&syllables("烟草专卖")), "yczm");
        assert_eq!(syllables("绿色ofd 1"), ["lv", "se", "ofd", "1"]);
    }

    #[test]
    fn what_sounds_alike_is_the_same() {
        for (a, b) in [("zheng", "zen"), ("shan", "san"), ("nan", "lan"), ("hua", "fa"), ("ling", "nin")] {
            assert_eq!(blurred(a), blurred(b), "{a} {b}");
        }
        assert_ne!(blurred("mai"), blurred("bai"));
    }

    #[test]
    fn a_slip_is_one_letter() {
        for (a, b) in [("yanxu", "yanxv"), ("yanxu", "yaxu"), ("yanxu", "yanxuu"), ("yanxu", "aynxu")] {
            assert!(one_slip(a, b) && one_slip(b, a), "{a} {b}");
        }
        assert!(one_slip("", "a") && one_slip("same", "same"));
        for (a, b) in [("yanxu", "yan"), ("yanxu", "yenxa"), ("ab", "ba1"), ("abcd", "badc")] {
            assert!(!one_slip(a, b), "{a} {b}");
        }
    }
}
