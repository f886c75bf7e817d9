//! A name of a file that can be shown and offered for download without harm.

/// Longer names are cut before their extension.
const LONGEST: usize = 120;

/// The last part of a declared name without what could mislead or harm: folders, control characters, NUL, marks that
/// reverse the direction of writing (which make `exe.jpg` of `gpj.exe`), and characters that Windows forbids.
/// Rare Han characters of four bytes stay. At most 120 characters; `文件` when nothing is left.
pub fn safe_name(declared: &str) -> String {
    let last = declared.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = last.chars().filter(|c| !c.is_control() && !misleads(*c)).collect();
    let cleaned = cleaned.trim_matches([' ', '.', '\u{3000}']);
    if cleaned.is_empty() { "文件".to_owned() } else { shortened(cleaned) }
}

fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
            | '<' | '>' | ':' | '"' | '|' | '?' | '*'
    )
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    let extension = match name.rsplit_once('.') {
        Some((_, extension)) if extension.chars().count() <= 10 => format!(".{extension}"),
        _ => String::new(),
    };
    let stem: String = name.chars().take(LONGEST - extension.chars().count()).collect();
    stem + &extension
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folders_controls_and_reversals_go_and_rare_characters_stay() {
        for (declared, safe) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\照片\\门头.JPG", "门头.JPG"),
            ("a\0b\r\n.jpg", "ab.jpg"),
            ("合同\u{202e}gpj.exe", "合同gpj.exe"),
            ("𠮷野家·𬭊.png", "𠮷野家·𬭊.png"),
            ("<script>.pdf", "script.pdf"),
            ("..", "文件"),
            ("", "文件"),
        ] {
            assert_eq!(safe_name(declared), safe, "{declared:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let safe = safe_name(&format!("{}.pdf", "证".repeat(300)));
        assert_eq!(safe.chars().count(), 120);
        assert!(safe.ends_with("证.pdf"));
    }

    proptest! {
        #[test]
        fn no_name_is_dangerous(declared in any::<String>()) {
            let safe = safe_name(&declared);
            prop_assert!(!safe.is_empty() && safe.chars().count() <= LONGEST);
            let harmless = !safe.contains(['/', '\\', '\0', '\u{202e}']) && !safe.starts_with('.');
            prop_assert!(harmless);
        }
    }
}
