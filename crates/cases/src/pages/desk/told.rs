//! How the desk words dates, lights and what stands in a history row.

use jiff::civil::Date;
use law::WorkCalendar;
use serde_json::Value;
use web::parts::{Badge, Light};

use crate::stage::{Stage, step_says};

/// Working days from `today` to `due`: 0 on the last day, below it at least −1 once late.
pub fn days_left(today: Date, due: Date, cal: &WorkCalendar) -> i32 {
    let whole = |days: u32| i32::try_from(days).unwrap_or(i32::MAX);
    if today > due {
        return -whole(cal.workdays_between(due, today)).max(1);
    }
    whole(cal.workdays_between(today, due))
}

/// The light of a last day with its words; grey says why the clock stands.
pub fn light(due: Option<Date>, paused: bool, today: Date, cal: &WorkCalendar) -> Option<Badge> {
    let due = due?;
    let left = days_left(today, due, cal);
    let words = if paused { "停表：暂停计时".to_owned() } else { web::text::remaining(left, due) };
    let light = Light::of(left, paused);
    Some(light.badge(Some(format!("{}　{words}", light.word()))))
}

/// The place of a case in the work, finer than what the public is told.
pub fn stage_says(code: &str) -> &'static str {
    match code {
        "received" => "待受理",
        "supplementing" => "待申请人补正",
        "paper_review" => "待书面审查",
        "assigning" => "待派核查",
        "inspecting" => "实地核查",
        "examining" => "待审查",
        "deciding" => "待审批",
        "decided" => "待送达",
        "delivered" => "已办结",
        "not_accepted" => "不予受理",
        "withdrawn" => "已撤回",
        "returned" => "已退件",
        _ => "其他",
    }
}

/// The last day that matters at this stage.
pub fn due_of(stage: &Stage, due: &crate::case::DueDates) -> Option<Date> {
    match stage {
        Stage::Supplementing { respond_by, .. } => Some(*respond_by),
        _ => due.notice.or(due.promise).or(due.decide).or(due.deliver),
    }
}

/// The verb of a history row.
pub fn act_says(act: &str) -> &'static str {
    match act {
        "submit" => "提交申请",
        "finding" => "核对材料",
        "read_paper" => "申请人查阅文书",
        "read" => "查看办件",
        other => step_says(other),
    }
}

/// What a history row's data says to people; keys nobody reads stay in the data.
pub fn row_says(data: &str) -> String {
    const KNOWN: [(&str, &str); 13] = [
        ("outcome", "决定"),
        ("advice", "建议"),
        ("opinion", "意见"),
        ("conclusion", "结论"),
        ("why", "原因"),
        ("reason", "原因"),
        ("under", "依据"),
        ("officers", "核查人员"),
        ("planned_on", "核查日期"),
        ("respond_by", "补正期限"),
        ("days", "天数"),
        ("way", "方式"),
        ("note", "说明"),
    ];
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(data) else { return String::new() };
    let said = KNOWN.iter().filter_map(|(key, label)| {
        let text = plain(fields.get(*key)?);
        (!text.is_empty()).then(|| format!("{label}：{text}"))
    });
    said.collect::<Vec<_>>().join("；")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(list) => {
            list.iter().map(plain).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("、")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_counted_in_working_days_and_late_ones_are_negative() {
        let cal = WorkCalendar::published();
        let friday = date(2026, 11, 20);
        assert_eq!(days_left(friday, friday, &cal), 0);
        assert_eq!(days_left(friday, date(2026, 11, 24), &cal), 2);
        assert_eq!(days_left(date(2026, 11, 24), friday, &cal), -2);
        // Late on a weekend is late all the same.
        assert_eq!(days_left(date(2026, 11, 21), friday, &cal), -1);
    }

    #[test]
    fn a_row_tells_its_reason_and_not_its_machinery() {
        let says = row_says(
            r#"{"outcome":"不予许可","opinion":"距离不足","reasons":[{"ground":"layout"}],"paper":"x"}"#,
        );
        assert_eq!(says, "决定：不予许可；意见：距离不足");
        assert_eq!(row_says("not json"), "");
    }
}
