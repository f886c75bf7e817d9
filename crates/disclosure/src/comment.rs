//! What the public says in a consultation. A name need not be given; what is said is shown after an editor has looked.

use jiff::Timestamp;

use crate::personal;
use crate::state::Person;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub bureau: String,
    pub index_no: String,
    pub id: String,
    /// Empty when none was given.
    pub name: String,
    pub body: String,
    pub at: Timestamp,
    pub state: CommentState,
    pub answer: Option<Answer>,
    pub version: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentState {
    Waiting,
    Shown,
    /// Kept for the record; the public is not shown it.
    Hidden {
        why: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub body: String,
    pub by: Person,
    pub at: Timestamp,
}

impl CommentState {
    pub fn code(&self) -> &'static str {
        match self {
            CommentState::Waiting => "waiting",
            CommentState::Shown => "shown",
            CommentState::Hidden { .. } => "hidden",
        }
    }

    pub fn of(code: &str, why: &str) -> Option<CommentState> {
        match code {
            "waiting" => Some(CommentState::Waiting),
            "shown" => Some(CommentState::Shown),
            "hidden" => Some(CommentState::Hidden { why: why.to_owned() }),
            _ => None,
        }
    }

    pub fn why(&self) -> &str {
        match self {
            CommentState::Hidden { why } => why,
            CommentState::Waiting | CommentState::Shown => "",
        }
    }
}

impl Comment {
    /// What was said, as the public may read it: a number of a person that came through stays covered.
    pub fn shown(&self) -> String {
        personal::masked(&self.body)
    }

    /// “身份证号码、手机号码”: what of a person the words hold; empty when nothing.
    pub fn holds(&self) -> String {
        let mut kinds: Vec<&str> = personal::numbers(&self.body).iter().map(|one| one.what).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.join("、")
    }

    /// 匿名 unless a name was given, of which the surname is shown.
    pub fn signed(&self) -> String {
        if self.name.is_empty() { "匿名".to_owned() } else { web::text::mask_name(&self.name) }
    }
}

pub const LONGEST: usize = 2_000;
const LONGEST_NAME: usize = 30;

/// What is wrong with what was typed, by field.
pub fn problems(name: &str, body: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if name.chars().count() > LONGEST_NAME {
        found.push(("name", format!("称呼不能超过{LONGEST_NAME}个字")));
    }
    match body.chars().count() {
        0..=3 => found.push(("body", "请写下您的意见，至少4个字".to_owned())),
        4..=LONGEST => {}
        _ => found.push(("body", format!("意见不能超过{LONGEST}个字，可以分几次提交，或者寄送书面意见"))),
    }
    for (field, label, text) in [("name", "称呼", name), ("body", "意见", body)] {
        let numbers = personal::numbers(text);
        if let Some(one) = numbers.first() {
            let says = format!(
                "{label}里有{}（{}），意见会公开，没有收下：请删去这个号码再提交。要我们联系您的，请拨打页面上的电话",
                one.what,
                &text[one.at.clone()]
            );
            found.push((field, says));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_needs_words_but_no_name_and_is_no_book() {
        assert!(problems("", "建议放宽间距").is_empty());
        let told = problems("", "我叫张三，电话19999010001");
        assert!(told[0].0 == "body" && told[0].1.contains("请删去这个号码"), "{told:?}");
        assert_eq!(problems("19999010001", "建议放宽间距")[0].0, "name");
        assert_eq!(problems("", "好")[0].0, "body");
        assert_eq!(problems("名".repeat(31).as_str(), "建议放宽间距")[0].0, "name");
        assert!(problems("", &"字".repeat(LONGEST)).is_empty());
        assert_eq!(problems("", &"字".repeat(LONGEST + 1))[0].0, "body");
    }
}
