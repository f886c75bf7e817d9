//! What of the national list may be typed at the desk, part by part: the elements of GB/T 39046—2020 table 4 and what stands behind
//! them. Questions of application forms are not among them: the program's own forms ask for them.

use super::{Home, Part};
use crate::code_tables::{CodeTable, HANDLING, KINDS, LEVELS, NATURES, SUBJECTS, WAYS};
use crate::desk::sheet::{Control, List, Section, Spot};
use crate::shelf_use::Kind;

const SURE: CodeTable = &[
    ("公布文本", "公布文本：照公布的文本写的"),
    ("公开资料", "公开资料：照公开的指南、页面写的"),
    ("推断", "推断：由别的资料推出来的"),
    ("待核实", "待核实：还没有核对"),
];
const SCHEMES: CodeTable = &[
    ("基本编码12", "基本编码（12 位）"),
    ("基本编码10", "基本编码（2016 年，10 位）"),
    ("实施编码26", "实施编码（2016 年，24 或 26 位）"),
    ("实施编码31", "实施编码（31 位）"),
    ("地方编码", "地方编码"),
];
const AREAS: CodeTable =
    &[("全国", "全国"), ("跨省", "跨省"), ("跨市", "跨市"), ("跨县", "跨县"), ("无", "无")];
const SYSTEMS: CodeTable = &[("国家级", "国家级"), ("省级", "省级"), ("市级", "市级")];
const DEPTHS: CodeTable = &[
    ("互联网咨询", "互联网咨询"),
    ("互联网收件", "互联网收件"),
    ("互联网预审", "互联网预审"),
    ("互联网受理", "互联网受理"),
    ("互联网办理", "互联网办理"),
    ("互联网办理结果信息反馈", "互联网办理结果信息反馈"),
    ("互联网电子证照反馈", "互联网电子证照反馈"),
    ("全程网办", "全程网办"),
];
const PAPERS: CodeTable = &[("证照", "证照"), ("批文", "批文"), ("其他", "其他")];
const CLASSES: CodeTable = &[("许可类", "许可类（要作许可决定）"), ("管理类", "管理类")];
const SPECIALS: CodeTable = &[("1", "延长审批"), ("2", "听证、检验、检测、鉴定、专家评审等")];
const FORMS: CodeTable = &[("电子", "电子"), ("纸质", "纸质"), ("电子或者纸质", "电子或者纸质")];
const TRUSTS: CodeTable = &[
    ("A", "A 级：本机关产生，直接使用"),
    ("B", "B 级：窗口核验过，可以重复使用"),
    ("C", "C 级：上传后由工作人员核对原件"),
    ("D", "D 级：申请人自制并承诺真实，直接使用"),
];
const FILES: CodeTable = &[("jpg", "JPG"), ("png", "PNG"), ("webp", "WebP"), ("pdf", "PDF")];

/// More sheets than this of one material nobody hands in.
const MOST_SHEETS: i64 = 20;
const MOST_DAYS: i64 = 365;

// ---------------------------------------------------------------- records, in lists and by themselves

const MATERIAL: &[Spot] = &[
    Spot::new("name", "材料名称", Control::Line),
    Spot::new("required", "要不要交", Control::Need),
    Spot::new("when_says", "什么时候要交（说法）", Control::Line)
        .may()
        .hint("只在某种情形才交的，写明，例如：委托他人办理时"),
    Spot::new("basis", "凭哪一条要求提交", Control::Cite),
    Spot::new("form", "材料形式", Control::Pick(FORMS)),
    Spot::new("originals", "原件份数", Control::Count(MOST_SHEETS)),
    Spot::new("copies", "复印件份数", Control::Count(MOST_SHEETS)),
    Spot::new("signature", "签名盖章", Control::Line),
    Spot::new("trust", "可信等级", Control::Pick(TRUSTS)),
    Spot::new("accept", "可以上传的格式", Control::Some(FILES)),
    Spot::new("max_bytes", "单个文件最大多少 MB", Control::Megabytes(100)),
    Spot::new("pages", "最多几个文件", Control::Count(MOST_SHEETS)),
    Spot::new("source", "来源渠道", Control::Line),
    Spot::new("issued_when", "出具时间要求", Control::Line).may(),
    Spot::new("obtained_at", "到哪里取得", Control::Line).may(),
    Spot::new("hint", "填写和拍照说明", Control::Long),
    Spot::new("blank", "空白表", Control::Blank),
    Spot::new("sample", "样例", Control::Sample),
];
pub const FAULTS: &[List] = &[List {
    key: "fault",
    title: "常见差错",
    says: "补正通知照这里写：差在哪、怎么补、对的是什么样",
    order: None,
    kind: None,
    keyed: true,
    spots: &[
        Spot::new("reason", "差在哪里", Control::Line),
        Spot::new("remedy", "怎么补正", Control::Line),
        Spot::new("example", "对的是什么样", Control::Line),
    ],
    most: 12,
}];
const CONDITION: &[Spot] = &[
    Spot::new("says", "条件", Control::Long),
    Spot::new("cite", "依据", Control::Cite),
    Spot::new("when", "只在哪种情形才要", Control::Situation).may(),
];
const STEP: &[Spot] = &[
    Spot::new("name", "环节名称", Control::Line),
    Spot::new("role", "谁来办", Control::Line),
    Spot::new("time", "多长时间", Control::Line),
    Spot::new("standard", "按什么标准", Control::Long),
    Spot::new("result", "出什么结果", Control::Line),
    Spot::new("when", "只在哪种情形才有", Control::Situation).may(),
];
const BASIS: &[Spot] = &[
    Spot::new("cite", "条款", Control::Cite),
    Spot::new("why", "用来说明什么", Control::Line).hint("几个字，例如：谁来审批"),
];
const RESULT: &[Spot] = &[
    Spot::new("name", "结果名称", Control::Line),
    Spot::new("kind", "结果类型", Control::Pick(PAPERS)),
    Spot::new("validity", "有效期", Control::Long),
    Spot::new("delivery", "怎么送达", Control::Long),
    Spot::new("sample", "结果样本", Control::Pairs),
];
const REMEDY: &[Spot] = &[
    Spot::new("name", "救济途径", Control::Line),
    Spot::new("says", "怎么用", Control::Long),
    Spot::new("cite", "依据", Control::Cite),
];
const RULE: &[Spot] = &[
    Spot::new("point", "看什么", Control::Line),
    Spot::new("how", "怎么看", Control::Long),
    Spot::new("cite", "依据", Control::Cite),
];

const fn alone(title: &'static str, spots: &'static [Spot]) -> Section {
    Section { title, says: "", spots }
}
pub const MATERIALS: &[Section] = &[alone("申请材料", MATERIAL)];
pub const CONDITIONS: &[Section] = &[alone("受理条件", CONDITION)];
pub const STEPS: &[Section] = &[alone("办理环节", STEP)];
pub const BASES: &[Section] = &[alone("法定依据", BASIS)];
pub const RESULTS: &[Section] = &[alone("办理结果", RESULT)];
pub const REMEDIES: &[Section] = &[alone("法律救济", REMEDY)];
pub const RULES: &[Section] = &[alone("审查要点", RULE)];

// ---------------------------------------------------------------- lists

const QUESTIONS: List = List {
    key: "faq",
    title: "常见问题",
    says: "群众怎么问就怎么写",
    order: None,
    kind: None,
    keyed: false,
    spots: &[Spot::new("q", "问", Control::Line), Spot::new("a", "答", Control::Long)],
    most: 30,
};
const DOUBTS: List = List {
    key: "doubt",
    title: "存疑的内容",
    says: "指南上会写明，让群众知道哪些还要打电话核对。没有的不写",
    order: None,
    kind: None,
    keyed: false,
    spots: &[
        Spot::new("about", "哪一项", Control::Line),
        Spot::new("sure", "把握多大", Control::Pick(SURE)),
        Spot::new("says", "怎么存疑、请读者怎么做", Control::Long),
    ],
    most: 20,
};
const CODES: &[Spot] = &[
    Spot::new("scheme", "哪一种编码", Control::Pick(SCHEMES)),
    Spot::new("value", "编码", Control::Line),
    Spot::new("source", "在哪里见到", Control::Line),
    Spot::new("sure", "把握多大", Control::Pick(SURE)),
];
const fn codes(key: &'static str, title: &'static str) -> List {
    List {
        key,
        title,
        says: "别的编码办法、别的地方给的编码。没有的不写",
        order: None,
        kind: None,
        keyed: false,
        spots: CODES,
        most: 20,
    }
}
/// Review rules stand in a file of their own where the item has one, in its head otherwise.
const fn rules(key: &'static str, order: Option<&'static str>) -> List {
    List {
        key,
        title: "审查要点",
        says: "审查人员看什么、怎么看，公开给申请人（行政许可法第三十条）",
        order,
        kind: Some(Kind::Rule),
        keyed: true,
        spots: RULE,
        most: 30,
    }
}

// ---------------------------------------------------------------- parts of an item

pub const OF_ITEM: &[Part] = &[
    Part {
        id: "name",
        label: "名称和编码",
        file: Home::Head,
        sections: &[Section {
            title: "名称和编码",
            says: "",
            spots: &[
                Spot::new("name", "事项名称", Control::Line).hint("与行政许可事项清单一字不差"),
                Spot::new("short_name", "指南标题用的短名", Control::Line).may().hint("和名称一样的不填"),
                Spot::new("basic_code", "基本编码", Control::Line)
                    .may()
                    .hint("12 位。还没有核对到的不填，在下一格写明原因"),
                Spot::new("code_says", "没有基本编码的原因", Control::Long).may(),
                Spot::new("kind", "事项类型", Control::Coded(KINDS)),
                Spot::new("parent", "是哪个主项的子项", Control::Main).may().hint("不是子项的不选"),
                Spot::new("everyday_words", "平常的说法", Control::Words)
                    .hint("群众怎么叫它，用顿号隔开，搜索要用"),
                Spot::new("topics_person", "自然人主题", Control::Words)
                    .may()
                    .hint("服务对象有自然人的才写，用顿号隔开"),
                Spot::new("topics_company", "法人主题", Control::Words)
                    .may()
                    .hint("服务对象有法人的才写，用顿号隔开"),
            ],
        }],
        lists: &[codes("code", "其他编码")],
    },
    Part {
        id: "duty",
        label: "职责和办理形式",
        file: Home::Head,
        sections: &[
            Section {
                title: "谁来办",
                says: "",
                spots: &[
                    Spot::new("organ", "实施主体", Control::Line),
                    Spot::new("organ_nature", "实施主体性质", Control::Coded(NATURES)),
                    Spot::new("decided_by", "由别的机关决定的，写明", Control::Line).may(),
                    Spot::new("levels", "行使层级", Control::CodedSome(LEVELS)),
                    Spot::new("accepted_at", "哪一级受理", Control::Numbers(LEVELS))
                        .may()
                        .hint("在子项办理的主项不选"),
                    Spot::new("power_source", "权力来源", Control::Line),
                    Spot::new("authority", "权限划分", Control::Long),
                    Spot::new("content", "行使内容", Control::Long),
                    Spot::new("joint", "共同实施部门", Control::Words)
                        .may()
                        .hint("没有的不填，几个的用顿号隔开"),
                    Spot::new("intermediary", "中介服务", Control::Line).hint("没有的写“无”"),
                    Spot::new("quantity_limit", "数量限制", Control::Line).hint("没有的写“无”"),
                ],
            },
            Section {
                title: "怎么办",
                says: "",
                spots: &[
                    Spot::new("subjects", "服务对象", Control::CodedSome(SUBJECTS)),
                    Spot::new("ways", "办理形式", Control::CodedSome(WAYS)),
                    Spot::new("handling", "办件类型", Control::Coded(HANDLING)),
                    Spot::new("handle_area", "通办范围", Control::Pick(AREAS)),
                    Spot::new("system_level", "运行系统层级", Control::Pick(SYSTEMS)),
                    Spot::new("visits", "到办事现场次数", Control::Count(9)),
                    Spot::new("visits_reason", "必须到现场的原因", Control::Long).may(),
                    Spot::new("online", "是否网办", Control::YesNo),
                    Spot::new("online_depth", "网上办理深度", Control::Pick(DEPTHS)),
                    Spot::new("appointment", "支持预约办理", Control::YesNo),
                    Spot::new("pay_online", "支持网上支付", Control::YesNo),
                    Spot::new("express", "支持物流快递", Control::YesNo),
                ],
            },
        ],
        lists: &[],
    },
    Part {
        id: "basis",
        label: "设定依据和收费",
        file: Home::Head,
        sections: &[Section {
            title: "收费",
            says: "",
            spots: &[
                Spot::new("fees.charged", "是否收费", Control::YesNo),
                Spot::new("fees.says", "收费说明", Control::Long),
                Spot::new("fees.basis", "收费或者不收费的依据", Control::Cite),
                Spot::new("fees.project", "收费项目", Control::Line).may(),
                Spot::new("fees.standard", "收费标准", Control::Line).may(),
            ],
        }],
        lists: &[
            List {
                key: "basis",
                title: "设定依据",
                says: "指南上显示条款的原文",
                order: Some("basis_order"),
                kind: Some(Kind::Basis),
                keyed: false,
                spots: BASIS,
                most: 30,
            },
            List {
                key: "unseen",
                title: "没有见到原文的依据",
                says: "只写名称，不引条文。没有的不写",
                order: None,
                kind: None,
                keyed: false,
                spots: &[
                    Spot::new("law", "法规名称", Control::Line),
                    Spot::new("number", "文号和日期", Control::Line).may(),
                    Spot::new("why", "用来说明什么", Control::Line),
                ],
                most: 12,
            },
        ],
    },
    Part {
        id: "result",
        label: "办理结果和救济",
        file: Home::Head,
        sections: &[Section {
            title: "办理结果",
            says: "选了共用的结果，下面五格不用填",
            spots: &[
                Spot::new("result_key", "用共用的结果", Control::Record(Kind::Result)).may(),
                Spot::new("result.name", "结果名称", Control::Line).may(),
                Spot::new("result.kind", "结果类型", Control::Pick(PAPERS)).may(),
                Spot::new("result.validity", "有效期", Control::Long).may(),
                Spot::new("result.delivery", "怎么送达", Control::Long).may(),
                Spot::new("result.sample", "结果样本", Control::Pairs).may(),
            ],
        }],
        lists: &[List {
            key: "remedies",
            title: "法律救济",
            says: "",
            order: Some("remedy_order"),
            kind: Some(Kind::Remedy),
            keyed: false,
            spots: REMEDY,
            most: 8,
        }],
    },
    Part {
        id: "review",
        label: "审查要点",
        file: Home::Head,
        sections: &[],
        lists: &[rules("review_rules", Some("review_order"))],
    },
    Part { id: "faq", label: "常见问题", file: Home::Faq, sections: &[], lists: &[QUESTIONS] },
    Part {
        id: "types",
        label: "有哪些业务",
        file: Home::Head,
        sections: &[],
        lists: &[List {
            key: "",
            title: "业务办理项",
            says: "群众按这个次序看到。删去的业务，以后不能再申请，正在办的办完",
            order: Some("type_order"),
            kind: None,
            keyed: false,
            spots: &[],
            most: 20,
        }],
    },
    Part {
        id: "facts",
        label: "出处和存疑",
        file: Home::Head,
        sections: &[Section {
            title: "出处",
            says: "",
            spots: &[
                Spot::new("sources", "出处", Control::Lines),
                Spot::new("sure", "整个事项把握多大", Control::Pick(SURE)).may(),
            ],
        }],
        lists: &[DOUBTS],
    },
];

/// In place of the part of the same name where the item keeps its rules in a file of their own.
pub const OWN_REVIEW: Part = Part {
    id: "review",
    label: "审查要点",
    file: Home::Review,
    sections: &[],
    lists: &[rules("rule", None)],
};

pub const OF_TYPE: &[Part] = &[
    Part {
        id: "about",
        label: "给谁办",
        file: Home::Type,
        sections: &[Section {
            title: "给谁办、什么时候办",
            says: "",
            spots: &[
                Spot::new("name", "业务名称", Control::Line),
                Spot::new("wish", "我想办（群众的说法）", Control::Line),
                Spot::new("summary", "适用情形", Control::Long),
                Spot::new("when_says", "什么时候办", Control::Long),
                Spot::new("notices", "注意事项", Control::Lines),
                Spot::new("results", "会收到什么", Control::Lines),
                Spot::new("class", "类别", Control::Pick(CLASSES)),
                Spot::new("inspection", "要实地核查", Control::YesNo),
                Spot::new("open", "能不能网上申请", Control::Open),
            ],
        }],
        lists: &[],
    },
    Part {
        id: "conditions",
        label: "条件和自检",
        file: Home::Type,
        sections: &[],
        lists: &[
            List {
                key: "condition",
                title: "受理条件",
                says: "",
                order: Some("condition_order"),
                kind: Some(Kind::Condition),
                keyed: false,
                spots: CONDITION,
                most: 30,
            },
            List {
                key: "self_check",
                title: "条件自检",
                says: "申请以前问，答“不是”的告诉他怎么办。没有的不写",
                order: None,
                kind: None,
                keyed: true,
                spots: &[
                    Spot::new("ask", "怎么问", Control::Line),
                    Spot::new("basis", "依据", Control::Cite),
                    Spot::new("remedy_if_no", "答“不是”的怎么办", Control::Long),
                ],
                most: 20,
            },
        ],
    },
    Part {
        id: "limits",
        label: "时限和流程",
        file: Home::Type,
        sections: &[Section {
            title: "办理时限",
            says: "承诺的不能比法定的长",
            spots: &[
                Spot::new("limits.statutory", "法定办结时限（工作日）", Control::Count(MOST_DAYS)),
                Spot::new("limits.promised", "全国承诺办结时限（工作日）", Control::Count(MOST_DAYS)),
                Spot::new("limits.extension", "经批准可以延长（工作日）", Control::Count(MOST_DAYS))
                    .hint("不能延长的写 0"),
                Spot::new("limits.from", "从哪天起算", Control::Line),
                Spot::new("limits.says", "时限说明", Control::Long).may(),
                Spot::new("limits.cites", "时限的依据", Control::Cites),
            ],
        }],
        lists: &[
            List {
                key: "special",
                title: "特别程序",
                says: "时间不计入办理时限的程序。没有的不写",
                order: None,
                kind: None,
                keyed: false,
                spots: &[
                    Spot::new("kind", "类型", Control::Pick(SPECIALS)),
                    Spot::new("name", "名称", Control::Line),
                    Spot::new("days", "多少工作日", Control::Count(MOST_DAYS))
                        .hint("条文没有写明的写 0，另行书面告知"),
                    Spot::new("says", "说明", Control::Long),
                    Spot::new("cite", "依据", Control::Cite),
                    Spot::new("when", "只在哪种情形才有", Control::Situation).may(),
                ],
                most: 12,
            },
            List {
                key: "step",
                title: "办理环节",
                says: "",
                order: Some("step_order"),
                kind: Some(Kind::Step),
                keyed: true,
                spots: STEP,
                most: 20,
            },
        ],
    },
    Part {
        id: "materials",
        label: "申请材料",
        file: Home::Type,
        sections: &[],
        lists: &[List {
            key: "material",
            title: "申请材料",
            says: "这里选有哪些材料、排在第几；材料怎么写，点“修改这份材料”",
            order: Some("material_order"),
            kind: Some(Kind::Material),
            keyed: true,
            spots: &[],
            most: 30,
        }],
    },
    Part {
        id: "answers",
        label: "问答和出处",
        file: Home::Type,
        sections: &[Section {
            title: "出处",
            says: "",
            spots: &[
                Spot::new("sources", "出处", Control::Lines),
                Spot::new("sure", "把握多大", Control::Pick(SURE)).may(),
            ],
        }],
        lists: &[QUESTIONS, DOUBTS, codes("local_code", "别的地方的编码")],
    },
];
