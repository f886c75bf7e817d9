//! The form of a text: groups of fields, what is typed into them, and what is wrong with it.

use jiff::civil::Date;
use web::parts::{Field, Input};
use web::{Fields, Problems};

use crate::exchange::not_plain;

/// Fields under one heading.
pub struct Group {
    pub title: String,
    pub says: String,
    pub fields: Vec<Field>,
    /// Names and values that go along unseen.
    pub hidden: Vec<(String, String)>,
    /// What else can be done here: label and address.
    pub links: Vec<(String, String)>,
}

/// No text of a guide is longer.
const LONGEST: usize = 2000;

impl Group {
    pub fn new(title: impl Into<String>, says: impl Into<String>) -> Group {
        let (fields, hidden, links) = Default::default();
        Group { title: title.into(), says: says.into(), fields, hidden, links }
    }
}

/// “办理地点 1 的地址” of a field, so that the list at the head can be read by itself.
pub fn label_of(groups: &[Group], field: &str) -> Option<String> {
    let found = groups.iter().find_map(|group| {
        let field = group.fields.iter().find(|one| one.name == field)?;
        Some((group, field))
    });
    let (group, field) = found?;
    let alone = groups.iter().flat_map(|one| &one.fields).filter(|one| one.label == field.label).count() == 1;
    Some(if alone { field.label.clone() } else { format!("{}的{}", group.title, field.label) })
}

/// What every text says of itself: why, and from which day.
pub fn head(typed: &Fields, problems: &Problems) -> Group {
    let mut group = Group::new("这次修改", "");
    group.fields.push(
        Field::text("why", "改什么、为什么改")
            .required()
            .max(100)
            .hint("审核人先看这一句，例如：办证大厅搬家")
            .fill(typed, problems),
    );
    group.fields.push(
        Field::new("effective", "从哪天起生效", Input::Date)
            .required()
            .hint("不早于今天。审核通过以后，到这一天自动生效")
            .fill(typed, problems),
    );
    group
}

/// Everything typed is plain words of a reasonable length; no markup, no script, nothing invisible.
pub fn plain(typed: &Fields, problems: &mut Problems) {
    for (name, values) in &typed.0 {
        for value in values {
            if let Some(says) = not_plain(value) {
                problems.add(name, says);
            } else if value.chars().count() > LONGEST {
                problems.add(name, format!("超过 {LONGEST} 个字：请缩短"));
            }
        }
    }
}

/// Why, and the day.
pub fn why_and_day(typed: &Fields, today: Date, problems: &mut Problems) -> Option<(String, Date)> {
    let why = typed.get("why").to_owned();
    if why.is_empty() {
        problems.add("why", "请写明改什么、为什么改");
    }
    let day = crate::check::read_date(typed.get("effective"));
    match day {
        None => problems.add("effective", "请填写日期，例如 2026-12-31"),
        Some(day) if day < today => problems.add("effective", "这一天已经过去：请改成今天或者以后"),
        Some(_) => {}
    }
    day.map(|day| (why, day))
}

/// How many rows of a repeated part the form shows: those that are filled, and `spare` more.
pub fn rows(typed: &Fields, part: &str, spare: usize, most: usize) -> usize {
    let number = |name: &str| -> Option<usize> {
        name.strip_prefix(part)?.strip_prefix('-')?.split('-').next()?.parse().ok()
    };
    let filled = typed.0.iter().filter(|(_, values)| values.iter().any(|value| !value.is_empty()));
    let last = filled.filter_map(|(name, _)| number(name)).max().map_or(0, |last| last + 1);
    (last + spare).min(most)
}
