//! Code tables of GB/T 39046—2020 annex A as far as a tobacco bureau's list needs them, code and label. Pure.

/// Code and label, in the order of the table.
pub type CodeTable = &'static [(&'static str, &'static str)];

/// A.1 事项类型
pub const KINDS: CodeTable = &[
    ("01", "行政许可"),
    ("02", "行政处罚"),
    ("03", "行政强制"),
    ("04", "行政征收"),
    ("05", "行政给付"),
    ("06", "行政检查"),
    ("07", "行政确认"),
    ("08", "行政奖励"),
    ("20", "公共服务事项"),
];
/// A.2 行使层级
pub const LEVELS: CodeTable = &[("1", "国家级"), ("2", "省级"), ("3", "市级"), ("4", "县级")];
/// A.3 实施主体性质
pub const NATURES: CodeTable = &[("1", "法定机关"), ("2", "授权组织"), ("3", "受委托组织"), ("9", "其他")];
/// A.4 服务对象
pub const SUBJECTS: CodeTable = &[
    ("1", "自然人"),
    ("2", "企业法人"),
    ("3", "事业法人"),
    ("4", "社会组织法人"),
    ("5", "行政机关"),
    ("6", "其他组织"),
];
/// A.5 办理形式
pub const WAYS: CodeTable =
    &[("1", "窗口办理"), ("2", "电脑端网上办理"), ("3", "移动端网上申请"), ("4", "快递申请"), ("9", "其他")];
/// A.6 办件类型
pub const HANDLING: CodeTable = &[("1", "即办件"), ("2", "承诺件"), ("9", "其他")];
