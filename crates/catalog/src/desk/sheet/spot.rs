//! The shapes of a form over a data file: single values, groups of them, lists.

use web::parts::{Field, Input};
use web::{Fields, Problems};

use super::Choices;
use super::value::{self, Typed};
use crate::code_tables::CodeTable;
use crate::shelf_use::Kind;

/// How a value of a data file is typed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Control {
    Line,
    Long,
    /// A list of texts, one a line.
    Lines,
    /// A list of short words, parted by 、.
    Words,
    /// A whole number from 0 to this.
    Count(i64),
    /// A number of bytes, typed in megabytes, to this many.
    Megabytes(i64),
    YesNo,
    /// One of these texts.
    Pick(CodeTable),
    /// Some of these texts.
    Some(CodeTable),
    /// Some of these numbers.
    Numbers(CodeTable),
    /// `{ code, label }` of a table; labels that say more than the table stay.
    Coded(CodeTable),
    CodedSome(CodeTable),
    /// `行政许可法@2019-04-23 第三十二条第一款`, with or without the version.
    Cite,
    /// One a line.
    Cites,
    /// The answer on which it hangs: `{ field, equals }`.
    Situation,
    /// Names with values, one a line: `名称：值`.
    Pairs,
    /// The key of a shared record.
    Record(Kind),
    /// The slug of a main item.
    Main,
    /// Whether a material must be handed in: always, never, in a situation.
    Need,
    /// Whether one may apply online, and what is said while one may not.
    Open,
    /// Where the blank form of a material comes from.
    Blank,
    /// What a good material looks like.
    Sample,
}

/// One value that may be typed.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// `limits.promised` in the table.
    pub key: &'static str,
    pub label: &'static str,
    pub control: Control,
    /// May be left empty.
    pub may: bool,
    pub hint: &'static str,
}

/// Values under one heading.
pub struct Section {
    pub title: &'static str,
    pub says: &'static str,
    pub spots: &'static [Spot],
}

/// A list of tables, in an order that may name shared records too.
pub struct List {
    /// Name of the tables; empty where the order is all there is.
    pub key: &'static str,
    /// “受理条件”: each part is called by it and its number.
    pub title: &'static str,
    pub says: &'static str,
    pub order: Option<&'static str>,
    /// The shared records that may stand in it.
    pub kind: Option<Kind>,
    /// Every part needs a key of its own.
    pub keyed: bool,
    /// None where the parts are edited as records by themselves and only chosen here.
    pub spots: &'static [Spot],
    pub most: usize,
}

const NEED: CodeTable = &[("always", "必须提交"), ("optional", "可以不交")];
const OPEN: CodeTable =
    &[("now", "可以网上申请"), ("later", "还不能网上申请（在下面写明什么时候开通、现在到哪里办）")];
const BLANK: CodeTable = &[
    ("none", "没有空白表"),
    ("form", "就是本业务的申请表"),
    ("text", "空白文本（写在下面，要填的地方写 ____）"),
];
const SAMPLE: CodeTable = &[
    ("none", "没有样例"),
    ("form", "填好的申请表"),
    ("text", "填好的文本（写在下面）"),
    ("points", "拍照、填写要点（写在下面，一行一条）"),
];

impl Spot {
    pub const fn new(key: &'static str, label: &'static str, control: Control) -> Spot {
        Spot { key, label, control, may: false, hint: "" }
    }

    pub const fn may(self) -> Spot {
        Spot { may: true, ..self }
    }

    pub const fn hint(self, hint: &'static str) -> Spot {
        Spot { hint, ..self }
    }

    /// Name of its field where it stands in no list.
    pub fn name(&self) -> String {
        self.key.replace('.', "-")
    }

    /// Puts the value into the fields of a form.
    pub fn show(&self, name: &str, value: Option<&toml::Value>, fields: &mut Fields) {
        let Typed { values, words } = value::shown(self.control, value);
        fields.0.insert(name.to_owned(), values);
        if self.has_words() {
            fields.0.insert(words_of(name), vec![words]);
        }
    }

    /// The fields it is typed in, empty.
    pub fn fields(&self, name: &str, choices: &Choices) -> Vec<Field> {
        let field = Field::new(name, self.label, self.input());
        let mut field = if self.may { field } else { field.required() };
        if !self.help().is_empty() {
            field = field.hint(self.help());
        }
        let mut all = vec![field.options(self.options(choices))];
        if self.has_words() {
            all.push(Field::new(words_of(name), format!("{}：写在这里", self.label), Input::Long));
        }
        all
    }

    /// The value that was typed; `None` after a fault, which then stands at its field.
    pub fn read(
        &self,
        name: &str,
        before: Option<&toml::Value>,
        sent: &Fields,
        problems: &mut Problems,
    ) -> Option<Option<toml::Value>> {
        let words =
            if self.has_words() { sent.get(&words_of(name)).replace("\r\n", "\n") } else { String::new() };
        let values = sent.all(name).iter().map(|one| one.replace("\r\n", "\n")).filter(|one| !one.is_empty());
        let typed = Typed { values: values.collect(), words };
        if typed.is_like(&value::shown(self.control, before)) && (self.may || !typed.is_empty()) {
            return Some(before.cloned());
        }
        if typed.is_empty() && !self.may {
            problems.add(name, format!("请填写{}", self.label));
            return None;
        }
        match value::read(self.control, &typed, before) {
            Ok(value) => Some(value),
            Err(says) => {
                problems.add(name, says);
                None
            }
        }
    }

    fn has_words(&self) -> bool {
        matches!(self.control, Control::Open | Control::Blank | Control::Sample)
    }

    fn input(&self) -> Input {
        match self.control {
            Control::Line | Control::Words | Control::Cite => Input::Text,
            Control::Long | Control::Lines | Control::Cites | Control::Pairs => Input::Long,
            Control::Count(_) | Control::Megabytes(_) => Input::Number,
            Control::YesNo => Input::Radio,
            Control::Some(_) | Control::Numbers(_) | Control::CodedSome(_) => Input::Boxes,
            _ => Input::Select,
        }
    }

    /// How to write it, where the label doesn't say.
    fn help(&self) -> &'static str {
        match self.control {
            _ if !self.hint.is_empty() => self.hint,
            Control::Lines => "一行一条",
            Control::Words => "用顿号隔开",
            Control::Cite => {
                "例如：行政许可法 第三十二条第一款。要指明旧版本的，写成 行政许可法@2019-04-23 第三十二条"
            }
            Control::Cites => "一行一条，例如：行政许可法 第四十二条第一款",
            Control::Pairs => "一行一项，例如：许可证号：990101100001",
            Control::Situation => "不选就是各种情形都有",
            _ => "",
        }
    }

    fn options(&self, choices: &Choices) -> Vec<(String, String)> {
        let listed = |table: CodeTable| {
            table.iter().map(|(code, label)| ((*code).to_owned(), (*label).to_owned())).collect()
        };
        match self.control {
            Control::YesNo => listed(&[("yes", "是"), ("no", "否")]),
            Control::Pick(table)
            | Control::Some(table)
            | Control::Numbers(table)
            | Control::Coded(table)
            | Control::CodedSome(table) => listed(table),
            Control::Situation => choices.situations.clone(),
            Control::Need => {
                let situations = choices.situations.iter();
                let only = situations.map(|(code, label)| (code.clone(), format!("只在“{label}”时提交")));
                let mut all: Vec<(String, String)> = listed(NEED);
                all.extend(only);
                all
            }
            Control::Record(kind) => choices.records.get(&kind).cloned().unwrap_or_default(),
            Control::Main => choices.mains.clone(),
            Control::Open => listed(OPEN),
            Control::Blank => listed(BLANK),
            Control::Sample => listed(SAMPLE),
            _ => Vec::new(),
        }
    }
}

/// Name of the field with the words that go with a choice.
fn words_of(name: &str) -> String {
    format!("{name}-text")
}
