//! What can be wrong with settings, told to the person who starts the server.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum SettingsFault {
    #[error("读不到设置文件 {path}：{why}。请检查路径，或去掉 --settings 使用默认设置。")]
    Unreadable { path: PathBuf, why: String },
    #[error("设置文件不是正确的 TOML：{0}")]
    Syntax(String),
    #[error("没有名为“{given}”的设置。{}", proposal(.near, .known))]
    Unknown { given: String, near: Option<String>, known: Vec<String> },
    #[error("设置 {key} 的值不对：{why}")]
    Value { key: String, why: String },
}

fn proposal(near: &Option<String>, known: &[String]) -> String {
    match near {
        Some(near) => format!("是不是想写“{near}”？"),
        None => format!("这里可以用：{}。", known.join("、")),
    }
}

impl SettingsFault {
    pub fn value(key: &str, why: impl Into<String>) -> SettingsFault {
        SettingsFault::Value { key: key.to_owned(), why: why.into() }
    }

    pub(super) fn not_a_section(name: &str) -> SettingsFault {
        SettingsFault::value(name, "设置文件里同名的一节不是一节（应写成 [节名]）")
    }

    pub(super) fn unknown_variable<'a>(name: &str, sections: impl Iterator<Item = &'a str>) -> SettingsFault {
        let sections: Vec<String> = sections.map(|s| format!("YANZHENG_{}_…", s.to_uppercase())).collect();
        let given = name.split('_').take(2).collect::<Vec<_>>().join("_");
        let near = nearest(&given, sections.iter().map(|s| s.trim_end_matches("_…")));
        let near = near
            .map(|near| format!("{near}_…（{} 一节）", near.trim_start_matches("YANZHENG_").to_lowercase()));
        SettingsFault::Unknown { given: name.to_owned(), near, known: sections }
    }

    /// serde says: unknown field `lisen`, expected one of `listen`, `base_url`.
    pub(super) fn from_toml(message: &str) -> SettingsFault {
        let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        match quoted.split_first() {
            Some((given, known))
                if message.contains("unknown field") || message.contains("unknown variant") =>
            {
                SettingsFault::Unknown {
                    given: (*given).to_owned(),
                    near: nearest(given, known.iter().copied()),
                    known: known.iter().map(|word| (*word).to_owned()).collect(),
                }
            }
            _ => SettingsFault::Syntax(message.to_owned()),
        }
    }
}

/// The known word that is at most three slips of the pen away.
fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|word| (slips(given, word), word))
        .filter(|(slips, _)| *slips <= 3)
        .min()
        .map(|(_, word)| word.to_owned())
}

/// Levenshtein distance in characters.
fn slips(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
