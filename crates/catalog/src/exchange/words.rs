//! Values of dictionaries whose official codes were not at hand: remembered ones, to be held against GB/T 39554.1 before the
//! first exchange with a real platform. Kept together so that one edit puts them right.

use crate::change::Standing;

pub const WORKDAY: &str = "1";
/// 事项状态
pub const STATES: [(&str, &str); 3] = [("1", "在用"), ("2", "暂停"), ("3", "取消")];
/// 实施主体性质 of GB/T 39046 A.3: 受委托组织.
pub const ENTRUSTED: &str = "3";
pub const NOT_CONNECTED: &str = "0";
pub const SOURCE_OF_DATA: &str = "1";

/// How an item that stands so is told to a platform; one that has not begun is told as paused.
pub fn task_state(standing: &Standing<'_>) -> (&'static str, &'static str) {
    match standing {
        Standing::InForce { .. } => STATES[0],
        Standing::NotYet(_) | Standing::Paused(_) => STATES[1],
        Standing::Over(_) => STATES[2],
    }
}

pub fn power_source(label: &str) -> &'static str {
    match label {
        "法定本级行使" => "1",
        "上级授权" => "2",
        "同级授权" => "3",
        "上级委托" => "4",
        "同级委托" => "5",
        _ => "9",
    }
}

pub fn result_type(label: &str) -> &'static str {
    match label {
        "证照" => "10",
        "批文" => "20",
        _ => "99",
    }
}

/// 1 consulting … 7 feedback of the e-licence.
pub fn online_depth(label: &str) -> &'static str {
    match label {
        "全程网办" => "7",
        "互联网咨询" => "1",
        "互联网收件" => "2",
        "互联网预审" => "3",
        "互联网受理" => "4",
        "互联网办理" => "5",
        _ => "9",
    }
}

pub fn material_type(originals: u8, copies: u8) -> &'static str {
    match (originals > 0, copies > 0) {
        (true, true) => "3",
        (false, true) => "2",
        _ => "1",
    }
}

pub fn material_format(label: &str) -> &'static str {
    match label {
        "纸质" => "1",
        "电子" => "2",
        _ => "3",
    }
}

pub fn source_type(source: &str) -> &'static str {
    if source.starts_with("申请人") {
        "10"
    } else if source.starts_with("政府部门") {
        "20"
    } else {
        "99"
    }
}

pub fn yes_no(yes: bool) -> &'static str {
    if yes { "1" } else { "0" }
}
