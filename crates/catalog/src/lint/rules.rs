//! Rules on what the elements say together.

use super::{Report, process, widths};
use crate::item::{BusinessType, Item};

/// A type goes by its code and its short word in numbers, file names and addresses.
fn names(business: &BusinessType, file: &str, report: &mut Report) {
    let is_plain =
        |word: &str| !word.is_empty() && word.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '-');
    for (key, label, word) in
        [("code = ", "业务代码（code）", &business.code), ("short = ", "简称（short）", &business.short)]
    {
        let says = format!("{label}是“{word}”：只能用字母、数字和短横线，不能空着");
        report.hold(is_plain(word), file, key, "code-wrong", says);
    }
}

pub fn item(item: &Item, report: &mut Report) {
    let file = format!("items/{}/item.toml", item.slug);
    visits(item, &file, report);
    fees(item, &file, report);
    topics(item, &file, report);
    result(item, &file, report);
    widths::item(item, &file, report);
    report.hold(
        !item.basis.is_empty(),
        &file,
        "[[basis]]",
        "basis-missing",
        "没有设定依据：请写明法律、法规的条款",
    );
    let remedies: Vec<&str> = item.remedies.iter().map(|remedy| remedy.name.as_str()).collect();
    for needed in ["行政复议", "行政诉讼"] {
        report.hold(
            remedies.contains(&needed),
            &file,
            "[[remedies]]",
            "remedy-missing",
            format!("没有写“{needed}”：请补上期限和依据"),
        );
    }
    report.hold(
        !item.review_rules.is_empty(),
        &file,
        "type_order",
        "review-rules-missing",
        "没有公开审查要点：请在 review.toml 写明看什么、怎么看",
    );
}

/// 到现场次数≠0 needs a reason; 0 and not online ⇒ 快递申请; 全程网办 ⇒ 0.
fn visits(item: &Item, file: &str, report: &mut Report) {
    let ways: Vec<&str> = item.ways.iter().map(|way| way.code.as_str()).collect();
    report.hold(
        item.visits == 0 || !item.visits_reason.is_empty(),
        file,
        "visits",
        "visits-unexplained",
        "要到现场办理，却没有说明原因",
    );
    report.hold(
        item.visits > 0 || item.online || ways.contains(&"4"),
        file,
        "visits",
        "visits-impossible",
        "到现场次数是 0，又不能网办：办理形式应当有“快递申请”",
    );
    report.hold(
        item.online_depth != "全程网办" || item.visits == 0,
        file,
        "online_depth",
        "visits-contradict",
        "写了“全程网办”，到现场次数就应当是 0",
    );
    report.hold(
        !item.online || ways.iter().any(|way| matches!(*way, "2" | "3")),
        file,
        "ways",
        "ways-contradict",
        "可以网办，办理形式里却没有网上办理",
    );
}

/// 收费 ⇒ basis, standard and online payment; 不收费 ⇒ no online payment.
fn fees(item: &Item, file: &str, report: &mut Report) {
    let fees = &item.fees;
    report.hold(
        !fees.charged || (!fees.project.is_empty() && !fees.standard.is_empty() && item.pay_online),
        file,
        "[fees]",
        "fee-unexplained",
        "收费事项要写明收费项目和标准，并支持网上支付",
    );
    report.hold(
        fees.charged || !item.pay_online,
        file,
        "pay_online",
        "fee-contradicts",
        "不收费的事项，不应当写“支持网上支付”",
    );
    report.hold(!fees.says.is_empty(), file, "[fees]", "fee-unexplained", "没有写明收不收费");
}

/// 服务对象 and 主题 go together.
fn topics(item: &Item, file: &str, report: &mut Report) {
    let serves = |code: &str| item.subjects.iter().any(|subject| subject.code == code);
    report.hold(
        serves("1") != item.topics_person.is_empty(),
        file,
        "topics_person",
        "topics-contradict",
        "服务对象有自然人的，应当写自然人主题；没有的，不写",
    );
    report.hold(
        (serves("2") || serves("3") || serves("4")) != item.topics_company.is_empty(),
        file,
        "topics_company",
        "topics-contradict",
        "服务对象有法人的，应当写法人主题；没有的，不写",
    );
}

/// 结果名…证 → 证照类; 有结果 ⇒ 有样本.
fn result(item: &Item, file: &str, report: &mut Report) {
    let result = &item.result;
    report.hold(
        !result.name.ends_with('证') || result.kind == "证照",
        file,
        "[result]",
        "result-kind",
        format!("“{}”是证照，审批结果类型应当写“证照”", result.name),
    );
    report.hold(
        result.name.is_empty() || !result.sample.is_empty(),
        file,
        "[result]",
        "result-sample",
        "有审批结果，却没有结果样本",
    );
}

pub fn business(item: &Item, business: &BusinessType, report: &mut Report) {
    let file = report.file_of(item, &business.slug);
    names(business, &file, report);
    limits(item, business, &file, report);
    widths::business(item, business, &file, report);
    process::all(item, business, &file, report);
    report.hold(
        !business.conditions.is_empty(),
        &file,
        "[[condition]]",
        "condition-missing",
        "没有受理条件：请逐条写明",
    );
    report.hold(
        item.faq.len() + business.faq.len() > 0,
        &file,
        "[[faq]]",
        "faq-missing",
        "没有常见问题：许可事项至少写一条",
    );
    report.hold(
        !business.notices.is_empty(),
        &file,
        "notices",
        "notice-missing",
        "没有注意事项：请写明申请人最容易出错的地方",
    );
    report.hold(
        !business.results.is_empty(),
        &file,
        "results",
        "result-missing",
        "没有写办理结果：请写明会收到什么文书、证件",
    );
    if let crate::item::Open::Later { says } = &business.open {
        let dated = says.contains('年') && (says.contains('月') || says.contains("季度"));
        report.hold(
            dated && says.contains("窗口"),
            &file,
            "open =",
            "opening-vague",
            "暂未开通网办的，请写明什么时候开通、现在到哪里办",
        );
    }
}

/// 承诺 ≤ 法定; 承诺时限=即办 ⇔ 办件类型=即办件; a limit has its provision.
fn limits(item: &Item, business: &BusinessType, file: &str, report: &mut Report) {
    let limits = &business.limits;
    report.hold(
        limits.statutory > 0,
        file,
        "statutory",
        "limit-missing",
        "没有法定办结时限：没有特别规定的，写行政许可法第四十二条的 20 个工作日",
    );
    report.hold(
        limits.promised <= limits.statutory,
        file,
        "promised",
        "promise-longer-than-law",
        format!("承诺 {} 个工作日，超过了法定 {} 个工作日", limits.promised, limits.statutory),
    );
    report.hold(
        (limits.promised == 0) == (item.handling.code == "1"),
        file,
        "promised",
        "handling-contradicts",
        "承诺时限是 0 的才是“即办件”，其余是“承诺件”",
    );
    report.hold(
        !limits.cites.is_empty() && !limits.from.is_empty(),
        file,
        "[limits]",
        "limit-unexplained",
        "时限没有依据，或者没有写从哪一天起算",
    );
}
