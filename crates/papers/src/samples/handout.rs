//! Invented guides and forms.

use super::{LONG_ADDRESS, LONG_NAME};
use crate::Kind;
use crate::data::{Handout, Section};

pub(crate) fn handouts() -> Vec<Handout> {
    let guide = guide("烟草专卖零售许可证新办办事指南", "城中区烟草专卖局", 3);
    let rare = guide_of_rare_names();
    let form = form("烟草专卖零售许可证新办申请表", "");
    let example = form_filled();
    vec![guide, rare, form, example]
}

fn guide(title: &str, bureau: &str, steps: usize) -> Handout {
    let step = |at: usize| ["受理", "审核", "决定"].map(|name| format!("{name}{at}"));
    Handout {
        kind: Kind::Guide,
        issuing_authority: bureau.to_owned(),
        title: title.to_owned(),
        edition: "指南版本 2026.3，2026年1月1日起施行".to_owned(),
        says: vec!["还没有许可证，想在自己的店里卖卷烟的，办这一项".to_owned()],
        sections: vec![
            Section::new("基本信息")
                .rows([("事项类型", "行政许可".to_owned()), ("收费", "不收费".to_owned())]),
            Section::new("受理条件").lines(["1．有固定的经营场所".to_owned(), "2．符合合理布局".to_owned()]),
            Section::new("办理流程").table(["环节", "谁来办", "结果"], (1..=steps).map(step)),
        ],
        ends: vec!["用手机扫一扫，就知道内容有没有变".to_owned()],
        digest: "6f5902ac237024bdd0c176cb93063dc46f5902ac237024bdd0c176cb93063dc4".to_owned(),
    }
}

fn guide_of_rare_names() -> Handout {
    let mut guide = guide("烟叶收购站（点）设立审批办事指南", LONG_NAME, 60);
    guide.sections.push(Section::new("办理地点").rows([("地址", LONG_ADDRESS.to_owned())]));
    guide
}

fn form(title: &str, value: &str) -> Handout {
    Handout {
        kind: Kind::BlankForm,
        issuing_authority: "城中区烟草专卖局".to_owned(),
        title: title.to_owned(),
        edition: "2026.3 版".to_owned(),
        says: Vec::new(),
        sections: vec![
            Section::new("经营场所")
                .rows([("店铺名称", value.to_owned()), ("场地归属", "□自有　□租赁".to_owned())]),
        ],
        ends: vec!["申请人（签名或者盖章）：".to_owned()],
        digest: String::new(),
    }
}

fn form_filled() -> Handout {
    form("烟草专卖零售许可证新办申请表（填写示范）", "城中区䶮骉犇茶烟酒行（个体工商户）")
}
