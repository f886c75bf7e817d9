//! One value of a data file as it is typed, and back.

use law::Citation;
use toml::Value;

use super::Control;
use crate::cite::Cite;
use crate::code_tables::CodeTable;

/// What stands in the fields of a spot: what is picked or written, and the words that go with a choice.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Typed {
    pub values: Vec<String>,
    pub words: String,
}

impl Typed {
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(String::is_empty)
    }

    /// Whether it is what was shown: boxes come in any order, and nothing typed is one empty text or none.
    pub fn is_like(&self, shown: &Typed) -> bool {
        let sorted = |typed: &Typed| {
            let mut all: Vec<String> =
                typed.values.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
            all.sort();
            all
        };
        sorted(self) == sorted(shown) && self.words.trim() == shown.words.trim()
    }

    fn first(&self) -> &str {
        self.values.first().map(String::as_str).unwrap_or_default()
    }
}

const MEGABYTE: i64 = 1024 * 1024;

/// As it stands in the form.
pub fn shown(control: Control, value: Option<&Value>) -> Typed {
    let none = match control {
        Control::Blank | Control::Sample => "none",
        _ => "",
    };
    let Some(value) = value else { return one(none) };
    match (control, value) {
        (Control::Words, Value::Array(list)) => one(&texts(list).join("、")),
        (Control::Lines | Control::Cites, Value::Array(list)) => one(&texts(list).join("\n")),
        (Control::Some(_) | Control::Numbers(_), Value::Array(list)) => {
            Typed { values: texts(list), words: String::new() }
        }
        (Control::Megabytes(_), Value::Integer(bytes)) => one(&(bytes / MEGABYTE).to_string()),
        (Control::YesNo, Value::Boolean(yes)) => one(if *yes { "yes" } else { "no" }),
        (Control::Coded(_), Value::Table(coded)) => one(text_in(coded, "code")),
        (Control::CodedSome(_), Value::Array(list)) => {
            let codes =
                list.iter().filter_map(Value::as_table).map(|coded| text_in(coded, "code").to_owned());
            Typed { values: codes.collect(), words: String::new() }
        }
        (Control::Situation, Value::Table(cond)) => one(&situation(cond)),
        (Control::Need, Value::Table(when)) => {
            one(&when.get("when").and_then(Value::as_table).map(situation).unwrap_or_default())
        }
        (Control::Pairs, Value::Array(list)) => {
            let pair =
                |pair: &Value| texts(pair.as_array().map(Vec::as_slice).unwrap_or_default()).join("：");
            one(&list.iter().map(pair).collect::<Vec<_>>().join("\n"))
        }
        (Control::Open | Control::Blank | Control::Sample, Value::Table(table)) => worded(table),
        (_, Value::String(text)) => one(text),
        (_, other) => one(&other.to_string()),
    }
}

/// `{ later = { says = "…" } }`, `{ text = "…" }`, `{ points = ["…"] }`
fn worded(table: &toml::Table) -> Typed {
    let Some((code, value)) = table.iter().next() else { return Typed::default() };
    let words = match value {
        Value::Table(inner) => text_in(inner, "says").to_owned(),
        Value::Array(points) => texts(points).join("\n"),
        other => text(other),
    };
    Typed { values: vec![code.clone()], words }
}

/// `scope=ecig|cigar`
fn situation(cond: &toml::Table) -> String {
    let codes = cond.get("equals").and_then(Value::as_array).map(|codes| texts(codes)).unwrap_or_default();
    format!("{}={}", text_in(cond, "field"), codes.join("|"))
}

/// The value that was typed; `Ok(None)` when it is to be left out.
///
/// # Errors
/// What is wrong with it, for the person who typed it.
pub fn read(control: Control, typed: &Typed, before: Option<&Value>) -> Result<Option<Value>, String> {
    let first = typed.first();
    if typed.is_empty() {
        return Ok(nothing(control, before));
    }
    let value = match control {
        Control::Line if first.contains('\n') => return Err("只能写一行".to_owned()),
        Control::Line | Control::Long | Control::Record(_) | Control::Main => first.into(),
        Control::Words => list(first.split(['、', '，', ','])),
        Control::Lines => list(first.lines()),
        Control::Count(most) => number(first, most)?.into(),
        Control::Megabytes(most) => (number(first, most)?.max(1) * MEGABYTE).into(),
        Control::YesNo => (first == "yes").into(),
        Control::Pick(table) => listed(table, first)?.0.into(),
        Control::Some(table) => all(typed, |code| Ok(listed(table, code)?.0.into()))?,
        Control::Numbers(table) => all(typed, |code| Ok(whole(listed(table, code)?.0)?.into()))?,
        Control::Coded(table) => coded(table, first, &before.cloned().into_iter().collect::<Vec<_>>())?,
        Control::CodedSome(table) => {
            let known = before.and_then(Value::as_array).cloned().unwrap_or_default();
            all(typed, |code| coded(table, code, &known))?
        }
        Control::Cite => cite(first)?.written().into(),
        Control::Cites => {
            let cites = first.lines().map(str::trim).filter(|line| !line.is_empty());
            cites.map(|line| Ok(cite(line)?.written().into())).collect::<Result<Vec<Value>, String>>()?.into()
        }
        Control::Situation => cond(first)?,
        Control::Pairs => first
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(pair)
            .collect::<Result<Vec<Value>, String>>()?
            .into(),
        Control::Need => match first {
            "always" | "optional" => first.into(),
            other => toml::Table::from_iter([("when".to_owned(), cond(other)?)]).into(),
        },
        Control::Open => return open(typed, before).map(Some),
        Control::Blank | Control::Sample => return paper(typed),
    };
    Ok(Some(value))
}

/// What stands where nothing was typed: texts and lists stay, empty; what is either there or not goes.
fn nothing(control: Control, before: Option<&Value>) -> Option<Value> {
    match control {
        Control::Line | Control::Long => Some("".into()),
        Control::Words | Control::Lines | Control::Cites | Control::Pairs => Some(Vec::<Value>::new().into()),
        Control::Some(_) | Control::Numbers(_) | Control::CodedSome(_) => Some(Vec::<Value>::new().into()),
        Control::Record(_) => before.map(|_| "".into()),
        _ => None,
    }
}

fn number(typed: &str, most: i64) -> Result<i64, String> {
    let number = typed.parse().ok().filter(|number| (0..=most).contains(number));
    number.ok_or_else(|| format!("应当是 0 至 {most} 的数字"))
}

fn whole(code: &str) -> Result<i64, String> {
    code.parse().map_err(|_| "请从列出的选项里选".to_owned())
}

fn listed(table: CodeTable, code: &str) -> Result<(&'static str, &'static str), String> {
    table.iter().find(|(one, _)| *one == code).copied().ok_or_else(|| "请从列出的选项里选".to_owned())
}

fn all(typed: &Typed, one: impl Fn(&str) -> Result<Value, String>) -> Result<Value, String> {
    Ok(typed.values.iter().map(|code| one(code)).collect::<Result<Vec<Value>, String>>()?.into())
}

/// `{ code, label }`, with the label it had, which may say more than the table.
fn coded(table: CodeTable, code: &str, known: &[Value]) -> Result<Value, String> {
    let (code, label) = listed(table, code)?;
    let said = known.iter().find(|one| one.get("code").and_then(Value::as_str) == Some(code)).cloned();
    let new = || {
        toml::Table::from_iter(
            [("code", code), ("label", label)].map(|(key, text)| (key.to_owned(), text.into())),
        )
    };
    Ok(said.unwrap_or_else(|| new().into()))
}

/// A provision whose text is kept; without a version, that of the newest text.
fn cite(typed: &str) -> Result<Cite, String> {
    let typed = typed.replace(['《', '》'], " ");
    let typed = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let typed = if typed.contains(' ') { typed } else { typed.replacen('第', " 第", 1) };
    let law = typed.split([' ', '@']).next().unwrap_or_default();
    let versions = law::all_texts().iter().filter(|text| text.short == law).map(|text| text.version);
    let Some(newest) = versions.max() else {
        return Err(format!(
            "法规库里没有《{law}》：名称要与“法律法规”页面上的一致；没有原文的，写在“没有见到原文的依据”里"
        ));
    };
    let whole =
        if typed.contains('@') { typed.clone() } else { typed.replacen(law, &format!("{law}@{newest}"), 1) };
    let cite: Cite =
        whole.parse().map_err(|_| format!("“{typed}”读不出是哪一条：请写成 {law} 第三十二条第一款第四项"))?;
    let held: &Citation = &cite;
    match held.words() {
        Some(_) => Ok(cite),
        None => Err(format!(
            "法规库里没有收《{}》（{}）的{}：请核对条、款、项；还没有收进法规库的，写在“没有见到原文的依据”里",
            held.law,
            held.version,
            held.place()
        )),
    }
}

/// `scope=ecig|cigar` as `{ field, equals }`.
fn cond(typed: &str) -> Result<Value, String> {
    let (field, codes) = typed.split_once('=').ok_or_else(|| "请从列出的情形里选".to_owned())?;
    let equals = list(codes.split('|'));
    Ok(toml::Table::from_iter([("field".to_owned(), field.into()), ("equals".to_owned(), equals)]).into())
}

fn pair(line: &str) -> Result<Value, String> {
    let (name, value) = line
        .split_once(['：', ':'])
        .filter(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty())
        .ok_or_else(|| format!("“{}”要写成“名称：内容”", line.trim()))?;
    Ok(vec![Value::from(name.trim()), value.trim().into()].into())
}

/// Only the program itself opens what it knows the cases of; an editor may close it, and say until when.
fn open(typed: &Typed, before: Option<&Value>) -> Result<Value, String> {
    match (typed.first(), before.and_then(Value::as_str)) {
        ("now", Some("now")) => Ok("now".into()),
        ("now", _) => {
            Err("网上申请要等系统有了这项业务的受理流程才能开通：请选“还不能网上申请”，写明现在到哪里办"
                .to_owned())
        }
        _ if typed.words.trim().is_empty() => Err("请写明什么时候开通、现在到哪里办".to_owned()),
        _ => {
            let says = toml::Table::from_iter([("says".to_owned(), typed.words.trim().into())]);
            Ok(toml::Table::from_iter([("later".to_owned(), says.into())]).into())
        }
    }
}

fn paper(typed: &Typed) -> Result<Option<Value>, String> {
    let words = typed.words.trim();
    let value: Value = match typed.first() {
        "none" => return Ok(None),
        "form" => return Ok(Some("form".into())),
        "text" | "points" if words.is_empty() => return Err("请在下面写出内容".to_owned()),
        "text" => words.into(),
        "points" => list(words.lines()),
        _ => return Err("请从列出的选项里选".to_owned()),
    };
    Ok(Some(toml::Table::from_iter([(typed.first().to_owned(), value)]).into()))
}

fn list<'a>(parts: impl Iterator<Item = &'a str>) -> Value {
    let parts = parts.map(str::trim).filter(|part| !part.is_empty());
    parts.map(Value::from).collect::<Vec<_>>().into()
}

fn one(text: &str) -> Typed {
    Typed { values: vec![text.to_owned()], words: String::new() }
}

fn texts(list: &[Value]) -> Vec<String> {
    list.iter().map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn text_in<'a>(table: &'a toml::Table, key: &str) -> &'a str {
    table.get(key).and_then(Value::as_str).unwrap_or_default()
}
