//! The tables and columns of the national exchange, in their order.

/// One column: its code in the exchange database and its name in Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub code: &'static str,
    pub name: &'static str,
    /// NOT NULL in the exchange schema.
    pub must: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableKind {
    pub name: &'static str,
    /// What its sheet is called.
    pub title: &'static str,
    pub columns: &'static [Column],
}

const fn must(code: &'static str, name: &'static str) -> Column {
    Column { code, name, must: true }
}

const fn may(code: &'static str, name: &'static str) -> Column {
    Column { code, name, must: false }
}

pub const BASIC: &str = "up_task_general_basic";
pub const EXTEND: &str = "up_task_general_extend";
pub const MATERIAL: &str = "up_task_general_material";
pub const FEE: &str = "up_task_general_fee";
pub const QA: &str = "up_task_general_qa";
pub const WINDOW: &str = "up_task_general_window";
pub const SPECIAL: &str = "up_task_general_special";
pub const LAW: &str = "up_task_general_law";

pub const TABLES: [TableKind; 8] = [
    TableKind { name: BASIC, title: "基本信息", columns: &BASIC_COLUMNS },
    TableKind { name: EXTEND, title: "扩展信息", columns: &EXTEND_COLUMNS },
    TableKind { name: MATERIAL, title: "申请材料", columns: &MATERIAL_COLUMNS },
    TableKind { name: FEE, title: "收费", columns: &FEE_COLUMNS },
    TableKind { name: QA, title: "常见问题", columns: &QA_COLUMNS },
    TableKind { name: WINDOW, title: "办理窗口", columns: &WINDOW_COLUMNS },
    TableKind { name: SPECIAL, title: "特别程序", columns: &SPECIAL_COLUMNS },
    TableKind { name: LAW, title: "设定依据", columns: &LAW_COLUMNS },
];

// `local_bureau`, `local_item` and `local_business` are ours: a row must find its way home when codes are still missing.
const BASIC_COLUMNS: [Column; 49] = [
    must("row_guid", "记录唯一标识"),
    must("local_bureau", "单位代码"),
    must("local_item", "事项标识"),
    must("local_business", "业务办理项标识"),
    must("task_name", "事项名称"),
    must("catalog_code", "基本编码"),
    may("local_catalog_code", "地方基本编码"),
    must("task_type", "事项类型"),
    must("by_law", "设定依据"),
    must("power_source", "权力来源"),
    must("use_level", "行使层级"),
    must("task_code", "实施编码"),
    may("local_task_code", "地方实施编码"),
    may("task_handle_item", "业务办理项编码"),
    must("task_state", "事项状态"),
    must("task_version", "事项版本"),
    must("dept_name", "实施主体"),
    must("dept_type", "实施主体性质"),
    must("dept_code", "实施主体编码"),
    may("entrust_name", "委托部门"),
    must("anticipate_day", "法定办结时限"),
    must("anticipate_type", "法定办结时限单位"),
    may("anticipate_explain", "法定办结时限说明"),
    must("promise_day", "承诺办结时限"),
    must("promise_type", "承诺办结时限单位"),
    must("promise_explain", "承诺办结时限说明"),
    must("accept_condition", "受理条件"),
    must("handle_flow", "办理流程"),
    must("is_fee", "是否收费"),
    may("fee_basis", "收费依据"),
    must("server_type", "服务对象"),
    must("project_type", "办件类型"),
    may("handle_type", "办理形式"),
    must("limit_scene_num", "到办事现场次数"),
    must("special_procedure", "特别程序"),
    must("transact_addr", "办理地点"),
    must("transact_time", "办理时间"),
    must("link_way", "咨询方式"),
    must("supervise_way", "监督投诉方式"),
    may("link_addr", "计算机端在线办理跳转地址"),
    may("mobile_terminal_url", "移动端办理地址"),
    must("is_single_login", "计算机端是否对接单点登录"),
    must("app_is_single_login", "移动端是否对接单点登录"),
    must("plan_effective_date", "计划生效日期"),
    may("plan_cancel_date", "计划取消日期"),
    must("cd_operation", "同步类型"),
    must("cd_time", "同步时间"),
    must("cd_batch", "批次号"),
    must("data_source", "数据来源"),
];

const EXTEND_COLUMNS: [Column; 20] = [
    must("row_guid", "记录唯一标识"),
    must("is_entry_center", "是否进驻政务大厅"),
    may("handle_area", "通办范围"),
    may("other_dept", "联办机构"),
    may("service_type", "中介服务"),
    may("limit_explain", "数量限制"),
    must("result_type", "审批结果类型"),
    may("result_name", "审批结果名称"),
    may("result_guid", "审批结果样本"),
    may("is_schedule", "是否支持预约办理"),
    must("is_pay_online", "是否支持网上支付"),
    must("is_express", "是否支持物流快递"),
    may("is_service_terminals", "是否支持终端办理"),
    may("user_topic_type", "面向自然人事项主题分类"),
    may("corp_topic_type", "面向法人事项主题分类"),
    must("is_online", "是否网办"),
    may("online_handle_depth", "网上办理深度"),
    may("online_handle_url", "网办地址"),
    may("limit_scene_explain", "必须到现场办理原因说明"),
    may("extend_field", "扩展字段"),
];

const MATERIAL_COLUMNS: [Column; 20] = [
    must("row_guid", "记录唯一标识"),
    must("material_name", "材料名称"),
    may("material_type", "材料类型"),
    may("material_format", "材料形式"),
    must("is_need", "材料必要性"),
    may("form_guid", "空白表格"),
    may("example_guid", "示例样表"),
    may("source_type", "来源渠道"),
    may("source_explain", "来源渠道说明"),
    may("page_num", "纸质材料份数"),
    may("page_num_y", "原件纸质份数"),
    may("page_num_f", "复印件纸质份数"),
    may("page_format", "纸质材料规格"),
    may("fill_explain", "填报须知"),
    may("accept_stand", "受理标准"),
    may("by_law", "要求提供材料的依据"),
    may("handle_case", "非必要时办理情形"),
    may("is_eform", "可否由业务表单生成"),
    may("remark", "备注"),
    must("order_num", "排序"),
];

const FEE_COLUMNS: [Column; 6] = [
    must("row_guid", "记录唯一标识"),
    must("fee_name", "收费项目名称"),
    must("fee_stand", "收费标准"),
    may("by_law", "收费依据"),
    may("desc_explain", "减免说明"),
    may("remark", "备注"),
];

const QA_COLUMNS: [Column; 4] = [
    must("row_guid", "记录唯一标识"),
    must("question", "问题"),
    must("answer", "答案"),
    may("ordernum", "排序"),
];

const WINDOW_COLUMNS: [Column; 8] = [
    must("row_guid", "记录唯一标识"),
    must("window_hall", "大厅名称"),
    must("window_name", "窗口名称"),
    must("window_tel", "窗口电话"),
    must("transact_addr", "地址"),
    must("transact_time", "时间"),
    must("traffic_info", "交通指引"),
    may("ordernumber", "排序"),
];

const SPECIAL_COLUMNS: [Column; 6] = [
    must("row_guid", "记录唯一标识"),
    must("special_name", "类型"),
    may("special_date", "时限"),
    may("special_date_type", "单位"),
    may("special_dept", "承办"),
    may("special_desc", "依据说明"),
];

const LAW_COLUMNS: [Column; 5] = [
    must("row_guid", "记录唯一标识"),
    must("law_name", "法规名"),
    may("law_number", "版本"),
    may("clause_number", "条款号"),
    may("clause_content", "条款内容"),
];

/// The table that a sheet is of, by its code or its title.
pub fn table_of(sheet: &str) -> Option<&'static TableKind> {
    TABLES.iter().find(|kind| kind.name == sheet.trim() || kind.title == sheet.trim())
}

/// “承诺办结时限” for `promise_day` of a table; what is no column of it stays as it is.
pub fn column_title<'a>(table: &str, column: &'a str) -> &'a str {
    let own = table_of(table).map_or(&[][..], |kind| kind.columns);
    let all = own.iter().chain(TABLES.iter().flat_map(|kind| kind.columns));
    all.into_iter().find(|one| one.code == column).map_or(column, |one| one.name)
}
