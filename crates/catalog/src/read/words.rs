//! What the readers of TOML and JSON say of a wrong file, in the words of whoever must put it right. Pure.

/// As far as editors meet it; what is left of the reader's own words stands in brackets for whoever runs the server.
pub fn in_chinese(message: &str) -> String {
    let named = |head: &str| message.strip_prefix(head).and_then(|rest| rest.split('`').next());
    if let Some(field) = named("unknown field `") {
        return format!("没有“{field}”这个要素：请检查拼写，或者删去");
    }
    if let Some(field) = named("missing field `") {
        return format!("缺少要素“{field}”：请补上");
    }
    if let Some(key) = named("duplicate key `") {
        return format!("“{key}”写了两次：请删去一个");
    }
    if let Some(value) = named("unknown variant `") {
        let may = message.split_once("expected").map(|(_, rest)| rest).unwrap_or_default();
        let may: Vec<&str> = may.split('`').skip(1).step_by(2).collect();
        return format!("“{value}”不在可以选的里面：请写{}", may.join("、"));
    }
    if let Some(rest) = message.strip_prefix("invalid type: ") {
        let (is, wanted) = rest.split_once(", expected ").unwrap_or((rest, ""));
        let wanted = wanted.split(" at line ").next().unwrap_or_default();
        return format!("类型不对，写的是{}，应当是{}：请改正", kind(is), kind(wanted));
    }
    if is_about_a_day(message) {
        return format!("不是有效的日期：{AS_A_DAY}");
    }
    format!("写法不对：请检查引号、括号和等号（{message}）")
}

const AS_A_DAY: &str = "请按 2026-01-31 这样写，并检查这个月有没有这一天";

/// Said of a line whose value should be a day and isn't one.
pub fn bad_day(line: &str, message: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    let value = value.split('#').next().unwrap_or_default().trim();
    if value.starts_with('"') && (value.len() < 2 || !value.ends_with('"')) {
        // The quotes are what is wrong.
        return None;
    }
    let value = value.trim_matches('"');
    let dated = ["effective", "ends", "until", "from", "drafted_on", "reviewed_on", "issued"];
    let looks = value.len() >= 8 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let other = ["unknown field", "missing field", "duplicate key", "unknown variant"];
    let about = is_about_a_day(message) || (looks && !other.iter().any(|head| message.starts_with(head)));
    (about && (looks || dated.contains(&key.trim()))).then(|| format!("“{value}”不是有效的日期：{AS_A_DAY}"))
}

/// The reader of days and the reader of TOML each have words of their own for it.
fn is_about_a_day(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["date", "'day'", "as day", "month", "year", "iso 8601"].iter().any(|word| message.contains(word))
}

fn kind(told: &str) -> String {
    let kinds = [
        ("floating point", "小数"),
        ("integer", "整数"),
        ("string", "文字"),
        ("boolean", "true 或者 false"),
        ("sequence", "列表"),
        ("map", "一组要素"),
        ("struct", "一组要素"),
        ("null", "空"),
        ("u8", "整数"),
        ("u16", "整数"),
        ("u64", "整数"),
        ("bool", "true 或者 false"),
    ];
    let word = kinds.iter().find(|(english, _)| told.contains(english)).map_or("别的写法", |(_, word)| word);
    match told.split(['`', '"']).nth(1) {
        Some(value) => format!("{word}“{value}”"),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what goes wrong in reading it is looked at")]
    struct Dated {
        effective: Date,
        days: u16,
    }

    fn told(text: &str) -> String {
        let fault = toml::from_str::<Dated>(text).expect_err("it is wrong");
        let line = fault.span().map_or(0, |span| text[..span.start].matches('\n').count());
        let line = text.lines().nth(line).unwrap_or_default();
        bad_day(line, fault.message()).unwrap_or_else(|| in_chinese(fault.message()))
    }

    #[test]
    fn a_bad_day_is_told_in_chinese_however_it_is_written() {
        for day in ["\"2026-02-30\"", "\"明天\"", "\"2026/02/03\"", "\"\"", "2026-02-30"] {
            let says = told(&format!("effective = {day}\ndays = 3\n"));
            assert!(says.contains("不是有效的日期") && says.contains("2026-01-31"), "{day}: {says}");
            assert!(!says.contains("parse"), "{says}");
        }
    }

    #[test]
    fn other_faults_have_their_own_words() {
        assert!(told("effective = \"2026-02-03\"\ndays = \"三\"\n").contains("应当是整数"));
        assert!(told("effective = \"2026-02-03\"\n").contains("缺少要素“days”"));
        assert!(told("effective = \"2026-02-03\"\ndays = 1\nmore = 2\n").contains("没有“more”"));
        assert!(told("effective = \"2026-02-03\ndays = 1\n").contains("写法不对"));
    }
}
