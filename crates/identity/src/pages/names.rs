//! Names as people write them: rare characters and · belong, pictures don't.

/// A person's name in the one way it is stored: the many dots of minority names become ·.
pub fn tidy(name: &str) -> String {
    let dots = ['•', '‧', '・', '･', '．', '⋅', '∙'];
    name.trim().chars().map(|c| if dots.contains(&c) { '·' } else { c }).collect()
}

/// What is wrong with a person's name, in words.
pub fn fault_of_person(name: &str) -> Option<String> {
    let len = name.chars().count();
    if name.is_empty() {
        return Some("请填写姓名，与身份证上一致".into());
    }
    if !(2..=50).contains(&len) {
        return Some(format!("姓名应为 2 到 50 个字，现在有 {len} 个"));
    }
    let fits = |c: &char| is_han(*c) || c.is_alphabetic() || matches!(c, '·' | ' ' | '-' | '\'');
    unfit(name, fits, "姓名")
}

/// What is wrong with an organisation's name.
pub fn fault_of_organisation(name: &str) -> Option<String> {
    let len = name.chars().count();
    if name.is_empty() {
        return Some("请填写名称，与营业执照上一致".into());
    }
    if !(2..=100).contains(&len) {
        return Some(format!("名称应为 2 到 100 个字，现在有 {len} 个"));
    }
    let marks = "·（）()《》“”、，,.&- /";
    unfit(name, |c| is_han(*c) || c.is_alphanumeric() || marks.contains(*c), "名称")
}

fn unfit(name: &str, fits: impl Fn(&char) -> bool, what: &str) -> Option<String> {
    let odd = name.chars().find(|c| !fits(c))?;
    Some(format!("{what}里不能有“{odd}”，请照证件上的字填写；生僻字可以直接输入"))
}

/// Han of all blocks, the ideographic zero, and the private use area that older systems put rare characters in.
fn is_han(c: char) -> bool {
    matches!(u32::from(c), 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_and_minority_names_pass_and_pictures_do_not() {
        for good in ["李明", "䶮某", "𬭎某", "㛃喆犇", "阿卜杜拉·买买提", "Li Ming"] {
            assert_eq!(fault_of_person(&tidy(good)), None, "{good}");
        }
        assert_eq!(tidy("阿卜杜拉•买买提"), "阿卜杜拉·买买提");
        for bad in ["李😀", "李", "", "李明1", "<b>李</b>"] {
            assert!(fault_of_person(bad).is_some(), "{bad}");
        }
        assert!(fault_of_person("李😀").unwrap().contains("😀"));
        assert_eq!(fault_of_organisation("演示市和悦（24小时）便利店有限公司"), None);
    }
}
