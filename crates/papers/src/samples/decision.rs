use super::{ACCEPTED, APPLIED, LONG_ADDRESS, long_head, plain_head, rare_head, remedies, words};
use crate::data::*;
use jiff::civil::date;

pub(crate) fn grants() -> Vec<Grant> {
    let plain = Grant {
        head: plain_head(),
        applied_on: APPLIED,
        accepted_on: ACCEPTED,
        findings: words(&[
            "经审查和实地核查，你（单位）有与经营烟草制品零售业务相适应的资金，有与住所相独立的固定经营场所，符合当地烟草制品零售点合理布局的要求，符合国务院烟草专卖行政主管部门规定的其他条件。",
        ]),
        licence_number: "990101100123".to_owned(),
        scope: "卷烟本店零售、雪茄烟本店零售".to_owned(),
        address: "城中区桥城街道解放路373号".to_owned(),
        valid_from: date(2026, 11, 23),
        valid_to: date(2031, 11, 22),
        delivery: "电子许可证可在“我的许可证”下载，纸质许可证由本机关邮寄送达".to_owned(),
        deliver_by: date(2026, 12, 7),
        deliver_provisional: false,
        publicity: "烟政通“许可公示”栏目".to_owned(),
        under: words(&[
            "《烟草专卖法》第十六条",
            "《烟草专卖法实施条例》第九条",
            "《行政许可法》第三十八条第一款",
        ]),
        remedies: None,
    };
    let rare =
        Grant { head: rare_head(), deliver_provisional: true, remedies: Some(remedies()), ..plain.clone() };
    let long = Grant {
        head: long_head(),
        findings: vec![
            "经实地核查，该经营场所位于商业广场内，与住所相独立，周边道路通行条件与申报一致。"
                .repeat(10);
            4
        ],
        address: LONG_ADDRESS.to_owned(),
        ..plain.clone()
    };
    vec![plain, rare, long]
}

pub(crate) fn refusals() -> Vec<Refusal> {
    let reason = |says: &str, rule: &str| Reason { says: says.to_owned(), rule: rule.to_owned() };
    let plain = Refusal {
        head: plain_head(),
        applied_on: APPLIED,
        accepted_on: ACCEPTED,
        facts: words(&[
            "2026年11月20日，本机关两名执法人员对你（单位）申请的经营场所进行了实地核查。经测量，该经营场所与桥城实验幼儿园进出通道口的距离为36.4米。",
        ]),
        reasons: vec![reason("经营场所位于幼儿园周围。", "《烟草专卖许可证管理办法》第二十五条第二项")],
        under: words(&["《行政许可法》第三十八条第二款", "《烟草专卖许可证管理办法》第二十五条第二项"]),
        remedies: remedies(),
        advice: Some("你（单位）可以另选符合条件的经营场所重新提出申请。".to_owned()),
    };
    let rare = Refusal { head: rare_head(), advice: None, ..plain.clone() };
    let long = Refusal {
        head: long_head(),
        facts: vec!["经测量，该经营场所与最近的烟草制品零售点步行可通行最短距离为28.5米，低于当地合理布局规划规定的40米；所在单元规划容量为176个，现有零售点176个，轮候12户。".repeat(6); 5],
        reasons: (0..6)
            .map(|_| {
                reason(
                    "经营场所不符合当地烟草制品零售点合理布局的要求，且不属于可以放宽间距要求的情形。",
                    "《烟草专卖许可证管理办法》第十三条第三项",
                )
            })
            .collect(),
        ..plain.clone()
    };
    vec![plain, rare, long]
}

pub(crate) fn extensions() -> Vec<ExtensionNotice> {
    let plain = ExtensionNotice {
        head: plain_head(),
        applied_on: APPLIED,
        accepted_on: ACCEPTED,
        original_due: date(2026, 12, 18),
        days: 10,
        reason: "经营场所所在路段正在施工，无法测量与周边学校的距离".to_owned(),
        approved_by: "局长 郑海".to_owned(),
        approved_on: date(2026, 11, 23),
        new_due: date(2027, 1, 4),
        due_provisional: true,
        under: words(&["《行政许可法》第四十二条第一款"]),
    };
    let rare = ExtensionNotice { head: rare_head(), due_provisional: false, ..plain.clone() };
    let long = ExtensionNotice { head: long_head(), reason: plain.reason.repeat(20), ..plain.clone() };
    vec![plain, rare, long]
}

pub(crate) fn pauses() -> Vec<PauseNotice> {
    let plain = PauseNotice {
        head: plain_head(),
        applied_on: APPLIED,
        accepted_on: ACCEPTED,
        procedure: "听证".to_owned(),
        reason: "本申请直接涉及申请人与他人之间重大利益关系，利害关系人在法定期限内提出了听证申请".to_owned(),
        from: date(2026, 11, 24),
        needed_days: Some(20),
        until: Some(date(2026, 12, 21)),
        under: words(&["《行政许可法》第四十五条", "《行政许可法》第四十七条"]),
    };
    let rare = PauseNotice { head: rare_head(), until: None, ..plain.clone() };
    let long = PauseNotice {
        head: long_head(),
        reason: plain.reason.repeat(15),
        needed_days: None,
        ..plain.clone()
    };
    vec![plain, rare, long]
}
