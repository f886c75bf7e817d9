//! A guide.json held against our own: what differs, field by field, and whether its words are those its own digest was made of.
//! Pure.

use serde_json::{Map, Value, json};

use crate::diff::of_values;
use crate::read::of_text;

/// Other sites put their own name before these; what follows it must agree.
const ADDRESSES: [&str; 3] = ["@id", "url", "serviceUrl"];
/// Say when it was asked for, or are made of the rest.
const ASIDE: [&str; 2] = ["day", "content"];

/// SM3 over everything a guide.json says, whoever serves it and on whatever day: a copy can be proved against itself.
pub fn content_digest(told: &Value) -> String {
    let mut text = String::new();
    write(&plainly(told), &mut text);
    of_text(&text)
}

/// What the copy says otherwise, “在哪里：副本写的是…，本站是…”.
pub fn differing(copy: &Value, own: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    let stated = copy["yanzheng"]["content"].as_str().unwrap_or_default();
    if !stated.is_empty() && stated != content_digest(copy) {
        lines.push("内容和副本自己的内容码对不上，发布以后被改过".to_owned());
    }
    let all = of_values(&readable(&plainly(own)), &readable(&plainly(copy)));
    lines.extend(all.into_iter().map(|one| match (one.old.as_str(), one.new.as_str()) {
        ("", copy) => format!("{}：副本多写了“{}”", one.place, short(copy)),
        (own, "") => format!("{}：副本缺少“{}”", one.place, short(own)),
        (own, copy) => format!("{}：副本写的是“{}”，本站是“{}”", one.place, short(copy), short(own)),
    }));
    lines
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() { format!("{cut}…") } else { cut }
}

/// Without what may rightly differ between two places and two days.
fn plainly(told: &Value) -> Value {
    match told {
        Value::Object(parts) => {
            let kept = parts.iter().filter(|(key, _)| !ASIDE.contains(&key.as_str()));
            let plain = kept.map(|(key, value)| match value {
                Value::String(address) if ADDRESSES.contains(&key.as_str()) => {
                    (key.clone(), Value::String(path_of(address)))
                }
                other => (key.clone(), plainly(other)),
            });
            Value::Object(plain.collect())
        }
        Value::Array(all) => Value::Array(all.iter().map(plainly).collect()),
        other => other.clone(),
    }
}

fn path_of(address: &str) -> String {
    let path = address.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    path.map_or_else(|| address.to_owned(), |(_, path)| format!("/{path}"))
}

/// Lists of elements become tables by their names, so that a difference is told at its element.
fn readable(told: &Value) -> Value {
    let mut own = told["yanzheng"].as_object().cloned().unwrap_or_default();
    let elements = own.remove("elements").unwrap_or_default();
    let materials = own.remove("materials").unwrap_or_default();
    let mut head = told.as_object().cloned().unwrap_or_default();
    head.remove("yanzheng");
    json!({
        "要素": by_name(&elements, |one| text(&one["name"]), |one| one["value"].clone()),
        "申请材料": by_name(&materials, |one| text(&one["elements"]["材料名称"]), material),
        "指南": own,
        "结构化数据": head,
    })
}

fn by_name(list: &Value, name: impl Fn(&Value) -> String, value: impl Fn(&Value) -> Value) -> Value {
    let all = list.as_array().map(Vec::as_slice).unwrap_or_default();
    Value::Object(all.iter().map(|one| (name(one), value(one))).collect())
}

/// The elements of a material side by side with the rest of what is said of it.
fn material(one: &Value) -> Value {
    let mut rest = one.as_object().cloned().unwrap_or_default();
    rest.remove("key");
    let elements = rest.remove("elements").and_then(|all| all.as_object().cloned()).unwrap_or_default();
    let mut whole: Map<String, Value> = elements;
    whole.extend(rest);
    Value::Object(whole)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// One text for one value, whatever order its keys came in.
fn write(value: &Value, to: &mut String) {
    match value {
        Value::Object(parts) => {
            let mut keys: Vec<&String> = parts.keys().collect();
            keys.sort();
            to.push('{');
            for key in keys {
                to.push_str(&Value::String(key.clone()).to_string());
                to.push(':');
                write(&parts[key.as_str()], to);
                to.push(',');
            }
            to.push('}');
        }
        Value::Array(all) => {
            to.push('[');
            all.iter().for_each(|one| {
                write(one, to);
                to.push(',');
            });
            to.push(']');
        }
        other => to.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guide(site: &str) -> Value {
        let mut told = json!({
            "url": format!("{site}/guides/a/b"),
            "name": "新办",
            "yanzheng": {
                "digest": "ab", "day": "2026-02-09",
                "elements": [{ "number": 31, "name": "是否收费", "value": "0" }],
                "materials": [{ "key": "id", "elements": { "材料名称": "身份证", "原件份数": "1" }, "need": "必须提交" }],
            },
        });
        told["yanzheng"]["content"] = content_digest(&told).into();
        told
    }

    #[test]
    fn another_site_and_another_day_are_no_difference() {
        let mut copy = guide("http://portal.example");
        copy["yanzheng"]["day"] = "2026-02-10".into();
        assert_eq!(differing(&copy, &guide("http://own.example")), Vec::<String>::new());
        assert_eq!(content_digest(&copy), content_digest(&guide("http://own.example")));
    }

    #[test]
    fn content_changed_under_the_old_digest_is_told_field_by_field() {
        let own = guide("http://own.example");
        let mut copy = own.clone();
        copy["yanzheng"]["elements"][0]["value"] = "1".into();
        copy["yanzheng"]["materials"][0]["elements"]["原件份数"] = "3".into();
        copy["name"] = "代办".into();
        let told = differing(&copy, &own).join("\n");
        for says in [
            "内容码对不上",
            "要素 › 是否收费：副本写的是“1”，本站是“0”",
            "申请材料 › 身份证 › 原件份数",
            "代办",
        ] {
            assert!(told.contains(says), "{told}");
        }
    }

    #[test]
    fn whoever_makes_the_content_code_anew_is_still_found_out() {
        let own = guide("http://own.example");
        let mut copy = own.clone();
        copy["yanzheng"]["elements"][0]["value"] = "1".into();
        copy["yanzheng"]["content"] = content_digest(&copy).into();
        assert_eq!(differing(&copy, &own).len(), 1);
        let mut less = own.clone();
        less["yanzheng"]["materials"] = json!([]);
        assert!(
            differing(&less, &own).iter().any(|line| line.contains("副本缺少")),
            "{:?}",
            differing(&less, &own)
        );
    }
}
