use super::{
    ACCEPTED, APPLIED, long_head, many_materials, materials, plain_head, rare_head, remedies, words,
};
use crate::data::*;
use jiff::civil::{DateTime, date};

fn arrival() -> DateTime {
    APPLIED.at(9, 31, 7, 123_000_000)
}

pub(crate) fn application_forms() -> Vec<ApplicationForm> {
    let plain = ApplicationForm {
        head: plain_head(),
        form_name: "烟草专卖零售许可证新办申请表".to_owned(),
        groups: vec![
            group(
                "市场主体",
                &[
                    ("名称（字号）", "城中区桥城顾云凯食杂店"),
                    ("统一社会信用代码", "92990101AHFK86MM87"),
                    ("经济类型", "个体工商户"),
                    ("经营者", "顾云凯"),
                    ("身份证号码", "990101********123X"),
                    ("联系电话", "138****5678"),
                ],
            ),
            group(
                "经营场所",
                &[
                    ("经营场所地址", "城中区桥城街道解放路373号"),
                    ("地区类别", "城镇"),
                    ("经营面积", "14平方米"),
                    ("零售业态", "食杂店"),
                    ("场地权属", "租赁，2026年1月1日至2029年12月31日"),
                    ("仓储地址", ""),
                ],
            ),
            group(
                "申请内容",
                &[("许可范围", "卷烟本店零售、雪茄烟本店零售"), ("供货单位", "演示市烟草公司")],
            ),
        ],
        materials: materials(),
        agent: None,
        promises: words(&[
            "本人提交的申请材料和填写的内容真实、有效，并对其实质内容的真实性负责。",
            "经营场所与住所相独立，不在中小学、幼儿园周围。",
            "知悉隐瞒有关情况或者提供虚假材料申请的，行政机关不予受理或者不予行政许可，并给予警告。",
        ]),
        signature: Some(Signature {
            name: "顾云凯".to_owned(),
            at: arrival(),
            method: "短信验证码确认".to_owned(),
        }),
    };
    let rare = ApplicationForm {
        head: rare_head(),
        agent: Some(Agent {
            name: "犇喆".to_owned(),
            id_masked: "990101********0017".to_owned(),
            phone: "139****0001".to_owned(),
            mandate: "代为办理新办申请、补正材料、签收文书，2026年11月1日至2027年10月31日".to_owned(),
        }),
        signature: None,
        ..plain.clone()
    };
    let mut long = ApplicationForm { head: long_head(), materials: many_materials(), ..plain.clone() };
    long.groups.push(group(
        "其他说明",
        &[("备注", &"本店位于商业广场内，主要经营烟酒、茶叶、副食品和日用百货，客流稳定。".repeat(14))],
    ));
    vec![plain, rare, long]
}

fn group(title: &str, rows: &[(&str, &str)]) -> FormGroup {
    let row =
        |(label, value): &(&str, &str)| FormRow { label: (*label).to_owned(), value: (*value).to_owned() };
    FormGroup { title: title.to_owned(), rows: rows.iter().map(row).collect() }
}

pub(crate) fn receipts() -> Vec<Receipt> {
    let plain = Receipt {
        head: plain_head(),
        received_at: arrival(),
        channel: "网上申请".to_owned(),
        receiver: None,
        materials: materials(),
        query_code: "QK7M2P".to_owned(),
        query_how: "登录烟政通“我的办件”，或者在“查进度”凭申请编号和查询密码查询，也可拨打0990-12313001"
            .to_owned(),
        answer_due: date(2026, 11, 25),
        answer_provisional: false,
        next: words(&[
            "本机关将对申请材料进行形式审查，材料不齐全或者不符合法定形式的，当场或者在五个工作日内一次告知需要补正的全部内容。",
            "逾期不告知的，自收到申请材料之日起即为受理。",
            "作出决定前，可以在“我的办件”撤回申请。",
        ]),
    };
    let counter = Receipt {
        head: rare_head(),
        channel: "窗口提交".to_owned(),
        receiver: Some("孙𬭎（证件管理员）".to_owned()),
        ..plain.clone()
    };
    let long = Receipt { head: long_head(), materials: many_materials(), ..plain.clone() };
    vec![plain, counter, long]
}

pub(crate) fn acceptances() -> Vec<Acceptance> {
    let plain = Acceptance {
        head: plain_head(),
        applied_on: APPLIED,
        accepted_on: ACCEPTED,
        deemed: None,
        limit_days: 20,
        promised_days: Some(8),
        due_on: date(2026, 12, 2),
        due_provisional: false,
        not_counted: words(&["听证", "鉴定", "专家评审"]),
        under: words(&["《行政许可法》第三十二条第一款第五项、第二款"]),
        query_code: Some("QK7M2P".to_owned()),
    };
    let provisional = Acceptance {
        head: long_head(),
        promised_days: None,
        due_on: date(2027, 1, 4),
        due_provisional: true,
        query_code: None,
        ..plain.clone()
    };
    let deemed = Acceptance {
        head: plain_head(),
        accepted_on: APPLIED,
        deemed: Some(Deemed { received_on: APPLIED, notice_due: date(2026, 11, 25) }),
        under: words(&["《行政许可法》第三十二条第一款第四项、第二款"]),
        ..plain.clone()
    };
    let deemed_rare = Acceptance { head: rare_head(), ..deemed.clone() };
    vec![plain, provisional, deemed, deemed_rare]
}

pub(crate) fn supplements() -> Vec<Supplement> {
    let item = |material: &str, reason: &str, wanted: &str| SupplementItem {
        material: material.to_owned(),
        reason: reason.to_owned(),
        wanted: wanted.to_owned(),
        example: None,
        under: Some("《行政许可法》第三十一条第一款".to_owned()),
    };
    let plain = Supplement {
        head: plain_head(),
        applied_on: APPLIED,
        items: vec![
            SupplementItem {
                example: Some("四角完整、文字清晰、无反光的原件照片".to_owned()),
                ..item("经营者身份证（正反面）", "背面照片模糊，有效期无法辨认", "重新拍摄并上传身份证背面")
            },
            item(
                "营业执照",
                "营业执照住所与申请的经营场所不一致",
                "提交变更后的营业执照，或者更正申请的经营场所",
            ),
        ],
        answer_by: Some(date(2026, 12, 23)),
        consequence: "逾期未补正的，视为放弃本次申请，本机关不再继续办理，你（单位）可以重新提出申请。"
            .to_owned(),
        under: words(&["《行政许可法》第三十二条第一款第四项"]),
    };
    let rare = Supplement { head: rare_head(), answer_by: None, ..plain.clone() };
    let long = Supplement {
        head: long_head(),
        items: many_materials()
            .iter()
            .map(|line| {
                item(
                    &line.name,
                    "复印件不清晰，且没有与原件核对无误的签注",
                    "提交清晰的复印件，签注“与原件核对无误”并签名、注明日期",
                )
            })
            .collect(),
        ..plain.clone()
    };
    vec![plain, rare, long]
}

pub(crate) fn not_accepteds() -> Vec<NotAccepted> {
    let plain = NotAccepted {
        head: plain_head(),
        applied_on: APPLIED,
        ground: NotAcceptedGround::NotOurs {
            competent: "高新区烟草专卖局（电话：0990-12313002）".to_owned(),
        },
        facts: words(&["经审查，你（单位）申请的经营场所位于高新区德丰街道，不属于本机关管辖区域。"]),
        under: words(&["《行政许可法》第三十二条第一款第二项"]),
        remedies: remedies(),
    };
    let needless = NotAccepted {
        head: rare_head(),
        ground: NotAcceptedGround::NoLicenceNeeded,
        facts: words(&["经审查，你（单位）申请从事的经营活动不涉及烟草制品零售。"]),
        under: words(&["《行政许可法》第三十二条第一款第一项"]),
        ..plain.clone()
    };
    let false_papers = NotAccepted {
        head: long_head(),
        ground: NotAcceptedGround::FalseMaterials,
        facts: vec![
            "经核对，你（单位）提交的房屋租赁合同与产权登记信息不符，出租人否认签订该合同。"
                .repeat(12);
            3
        ],
        under: words(&["《行政许可法》第七十八条"]),
        ..plain.clone()
    };
    vec![plain, needless, false_papers]
}
