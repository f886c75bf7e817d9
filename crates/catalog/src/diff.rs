//! What differs between two editions of an item, element by element. Pure.

use std::fmt;

use serde_json::Value;

use crate::item::Item;
use crate::local::LocalItem;

/// One element that was added, taken away or changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// “业务办理项 新办 › 承诺办结时限”
    pub place: String,
    /// Empty when the element is new.
    pub old: String,
    /// Empty when the element is gone.
    pub new: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.old.as_str(), self.new.as_str()) {
            ("", new) => write!(f, "{}：新增 {new}", self.place),
            (old, "") => write!(f, "{}：删去 {old}", self.place),
            (old, new) => write!(f, "{}：{old} → {new}", self.place),
        }
    }
}

/// In the order of the newer edition; what is gone comes where its list ends.
///
/// # Panics
/// Never: an item is data that JSON can hold.
pub fn differences(old: &Item, new: &Item) -> Vec<Difference> {
    let value = |item: &Item| serde_json::to_value(item).expect("an item is plain data");
    let mut found = Vec::new();
    compare("", &value(old), &value(new), &mut found);
    found
}

/// All that a new item says, for whoever reviews it.
///
/// # Panics
/// Never, as [`differences`].
pub fn of_new(item: &Item) -> Vec<Difference> {
    let nothing = Value::Object(serde_json::Map::new());
    let mut found = Vec::new();
    compare("", &nothing, &serde_json::to_value(item).expect("an item is plain data"), &mut found);
    found.retain(|one| !one.new.is_empty());
    found
}

/// As [`differences`], of data that other places keep of a guide.
pub fn of_values(old: &Value, new: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", old, new, &mut found);
    found
}

/// As [`differences`], of what a bureau says.
///
/// # Panics
/// Never, as [`differences`].
pub fn of_locals(old: &LocalItem, new: &LocalItem) -> Vec<Difference> {
    let value = |local: &LocalItem| serde_json::to_value(local).expect("a local list is plain data");
    let mut found = Vec::new();
    compare("", &value(old), &value(new), &mut found);
    found
}

/// Only sizes of files are as large.
const MEGABYTE: u64 = 1024 * 1024;

/// Say nothing to a reader: how the parts were put together, and what is computed from the rest.
const SILENT: [&str; 14] = [
    "digest",
    "generated",
    "file",
    "slug",
    "key",
    "result_key",
    "basis_order",
    "remedy_order",
    "review_order",
    "condition_order",
    "step_order",
    "group_order",
    "material_order",
    "type_order",
];

fn compare(place: &str, old: &Value, new: &Value, found: &mut Vec<Difference>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Null, Value::Array(after)) if named(after) && after.iter().any(Value::is_object) => {
            compare(place, &Value::Array(Vec::new()), &Value::Array(after.clone()), found);
        }
        (Value::Object(before), Value::Object(after)) => {
            let gone = before.keys().filter(|key| !after.contains_key(*key));
            for key in after.keys().chain(gone).filter(|key| !SILENT.contains(&key.as_str())) {
                let part =
                    |all: &serde_json::Map<String, Value>| all.get(key).cloned().unwrap_or(Value::Null);
                compare(&inner(place, label(key)), &part(before), &part(after), found);
            }
        }
        (Value::Array(before), Value::Array(after)) if named(before) && named(after) => {
            let gone = before.iter().filter(|one| !after.iter().any(|other| name(one) == name(other)));
            for one in after.iter().chain(gone) {
                let in_list = |all: &[Value]| {
                    all.iter().find(|other| name(one) == name(other)).cloned().unwrap_or(Value::Null)
                };
                let place = format!("{place} {}", shown(one));
                compare(&place, &in_list(before), &in_list(after), found);
            }
        }
        (Value::Null, Value::Object(_)) => {
            found.push(Difference { place: place.to_owned(), old: String::new(), new: whole(new) });
        }
        _ => found.push(Difference { place: place.to_owned(), old: plain(old), new: plain(new) }),
    }
}

fn inner(place: &str, part: &str) -> String {
    if place.is_empty() { part.to_owned() } else { format!("{place} › {part}") }
}

/// Lists whose parts have a key of their own are compared part by part; all others as a whole.
fn named(list: &[Value]) -> bool {
    let names: std::collections::BTreeSet<String> = list.iter().filter_map(name).collect();
    names.len() == list.len()
}

fn name(part: &Value) -> Option<String> {
    let text = |key: &str| part.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    ["slug", "key", "code", "name", "q", "about", "ask", "says", "cite"]
        .iter()
        .find_map(|key| text(key))
        .map(str::to_owned)
}

fn shown(part: &Value) -> String {
    let text = |key: &str| part.get(key).and_then(Value::as_str);
    let mut best = ["name", "title", "label", "point", "q", "ask", "reason", "about", "law"].iter();
    let best = best.find_map(|key| text(key)).map(str::to_owned);
    let words = || text("says").map(str::to_owned);
    best.or_else(words).or_else(|| text("cite").map(cited)).or_else(|| name(part)).unwrap_or_default()
}

/// All that a new part says, for whoever must look it over.
fn whole(part: &Value) -> String {
    let Value::Object(parts) = part else { return plain(part) };
    let told = parts.iter().filter(|(key, _)| !SILENT.contains(&key.as_str()));
    let lines = told.map(|(key, value)| (label(key), whole(value))).filter(|(_, value)| !value.is_empty());
    lines.map(|(label, value)| format!("{label}：{value}")).collect::<Vec<_>>().join("；")
}

/// A provision as lawyers write it; anything else as it is.
fn cited(text: &str) -> String {
    text.parse::<crate::Cite>().map_or_else(|_| text.to_owned(), |cite| cite.to_string())
}

/// A value as a reader may see it: a text by itself, a part by its name, a list with its parts side by side.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text == "always" => "必须提交".to_owned(),
        Value::String(text) if text == "optional" => "可以不交".to_owned(),
        Value::String(text) if text == "now" => "可以网上申请".to_owned(),
        Value::String(text) => cited(text),
        Value::Number(bytes) if bytes.as_u64().is_some_and(|bytes| bytes >= MEGABYTE) => {
            format!("{} MB", bytes.as_u64().unwrap_or_default() / MEGABYTE)
        }
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join("、"),
        Value::Object(_) if name(value).is_some() => shown(value),
        Value::Object(parts) => {
            parts.values().map(plain).filter(|one| !one.is_empty()).collect::<Vec<_>>().join("，")
        }
        other => other.to_string(),
    }
}

fn label(key: &str) -> &str {
    match key {
        "types" => "业务办理项",
        "name" => "名称",
        "basic_code" => "基本编码",
        "version" => "版本",
        "effective" => "生效日期",
        "basis" => "设定依据",
        "condition" => "受理条件",
        "limits" => "办理时限",
        "statutory" => "法定办结时限",
        "promised" => "承诺办结时限",
        "extension" => "可以延长",
        "step" => "办理流程",
        "special" => "特别程序",
        "material" => "申请材料",
        "required" => "是否必备",
        "originals" => "原件份数",
        "copies" => "复印件份数",
        "form" => "表单",
        "group" => "分组",
        "field" => "要填的内容",
        "faq" => "常见问题",
        "fees" => "收费",
        "charged" => "是否收费",
        "result" => "办理结果",
        "remedies" => "法律救济",
        "visits" => "到办事现场次数",
        "notices" => "注意事项",
        "says" | "hint" => "说明",
        "cite" | "cites" => "依据",
        "a" => "答",
        "sources" => "出处",
        "review_rules" => "审查要点",
        "consult_phone" => "咨询电话",
        "complaint_phone" => "监督投诉电话",
        "hall" => "办理地点",
        "window" => "窗口",
        "address" => "地址",
        "hours" => "办公时间",
        "phone" => "电话",
        "traffic" => "交通",
        "promise" => "承诺办结时限",
        "handled_by" => "承办机构",
        "in_service_hall" => "是否进驻政务大厅",
        "handle_area" => "通办范围",
        "waived" => "免交材料",
        "ends" => "计划取消日期",
        "source" => "出处",
        "organ" => "实施主体",
        "authority" => "权限划分",
        "content" => "行使内容",
        "quantity_limit" => "数量限制",
        "everyday_words" => "平常的说法",
        "summary" => "适用情形",
        "wish" => "我想办",
        "when_says" => "什么时候办",
        "conditions" => "受理条件",
        "process" => "办理流程",
        "standing" => "办理状态",
        "online" => "是否网办",
        "doubts" => "存疑说明",
        "need" => "要不要交",
        "signature" => "签名盖章",
        "accept" => "可以上传的格式",
        "blank" => "有没有空白表",
        "sample" => "有没有样表",
        "situation" => "按哪种情形",
        "bureau" => "单位",
        "parent" => "主项",
        "short_name" => "短名",
        "code_says" => "没有基本编码的原因",
        "code" => "编码",
        "local_code" => "别的地方的编码",
        "short" => "业务简码",
        "kind" => "类型",
        "label" => "名称",
        "value" => "编码",
        "scheme" => "哪一种编码",
        "sure" => "把握多大",
        "doubt" => "存疑说明",
        "about" => "哪一项",
        "levels" => "行使层级",
        "accepted_at" => "受理层级",
        "organ_nature" => "实施主体性质",
        "decided_by" => "决定机关",
        "power_source" => "权力来源",
        "joint" => "共同实施部门",
        "intermediary" => "中介服务",
        "system_level" => "运行系统层级",
        "subjects" => "服务对象",
        "ways" => "办理形式",
        "handling" => "办件类型",
        "topics_person" => "自然人主题",
        "topics_company" => "法人主题",
        "visits_reason" => "必须到现场的原因",
        "online_depth" => "网上办理深度",
        "appointment" => "支持预约办理",
        "pay_online" => "支持网上支付",
        "express" => "支持物流快递",
        "project" => "收费项目",
        "unseen" => "没有见到原文的依据",
        "law" => "法规名称",
        "number" => "文号和日期",
        "why" => "用来说明什么",
        "validity" => "有效期",
        "delivery" => "怎么送达",
        "point" => "看什么",
        "how" => "怎么看",
        "q" => "问",
        "ask" => "怎么问",
        "remedy_if_no" => "答“不是”的怎么办",
        "self_check" => "条件自检",
        "results" => "会收到什么",
        "inspection" => "实地核查",
        "class" => "类别",
        "open" => "网上申请",
        "later" => "暂不开通",
        "when" => "在哪种情形",
        "from" => "从哪天起算",
        "days" => "工作日",
        "role" => "谁来办",
        "time" => "多长时间",
        "trust" => "可信等级",
        "max_bytes" => "单个文件最大",
        "pages" => "最多几个文件",
        "issued_when" => "出具时间要求",
        "obtained_at" => "到哪里取得",
        "fault" => "常见差错",
        "reason" => "差在哪里",
        "remedy" => "怎么补正",
        "example" => "对的是什么样",
        "points" => "要点",
        "text" => "文本",
        "serviceType" => "事项类型",
        "description" => "适用情形",
        "identifier" => "实施编码",
        "audience" => "服务对象",
        "provider" => "实施主体",
        "telephone" => "电话",
        "availableChannel" => "办理渠道",
        "isAccessibleForFree" => "是否免费",
        "serviceOutput" => "办理结果",
        "datePublished" => "施行日期",
        "alternateName" => "平常的说法",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    fn told(change: impl Fn(&mut Item)) -> Vec<String> {
        let catalogue = Catalogue::embedded().unwrap();
        let old = (**catalogue.item("retail-licence").unwrap()).clone();
        let mut new = old.clone();
        change(&mut new);
        differences(&old, &new).iter().map(Difference::to_string).collect()
    }

    #[test]
    fn the_same_edition_has_no_differences() {
        assert_eq!(told(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn a_changed_limit_is_named_with_its_business_type() {
        let told = told(|item| item.types[0].limits.promised = 5);
        assert_eq!(told, ["业务办理项 新办 › 办理时限 › 承诺办结时限：8 → 5"]);
    }

    #[test]
    fn a_material_more_or_less_is_told_by_its_name() {
        let gone = told(|item| _ = item.types[0].materials.remove(1));
        assert_eq!(gone, ["业务办理项 新办 › 申请材料 营业执照：删去 营业执照"]);
        let less = told(|item| item.types[0].materials[1].copies = 0);
        assert_eq!(less, ["业务办理项 新办 › 申请材料 营业执照 › 复印件份数：1 → 0"]);
    }

    #[test]
    fn moving_parts_about_is_no_difference_and_a_new_question_is() {
        assert_eq!(told(|item| item.types[0].material_order.reverse()), Vec::<String>::new());
        let asked = told(|item| item.faq.push(crate::Question { q: "新问题".into(), a: "答".into() }));
        assert_eq!(asked, ["常见问题 新问题：新增 问：新问题；答：答"]);
    }
}
