//! 界面样例: what pages are built of, with the design tokens of `assets/css/app.css` beside it. Only on a demo site.

use askama::Template;
use axum::extract::State;
use web::parts::{Badge, Field, Input, Light, Mark, Point, Steps, Timeline};
use web::{Answer, App, Face, Page, PageCx, Refusal, html};

#[derive(Template)]
#[template(path = "samples.html")]
struct Samples {
    page: Page,
    /// Name and use of each colour.
    colours: Vec<(&'static str, &'static str)>,
    fields: Vec<Field>,
    steps: Steps,
    timeline: Timeline,
    lights: Vec<Badge>,
}

const COLOURS: [(&str, &str); 14] = [
    ("ground", "页面底色"),
    ("paper", "卡片、表格底色"),
    ("ink", "正文"),
    ("soft", "次要文字，对比度不低于 4.5:1"),
    ("line", "分隔线"),
    ("line-strong", "输入框边线"),
    ("blue", "链接、主按钮"),
    ("blue-pale", "选中、标签底色"),
    ("green", "正常、已完成"),
    ("yellow", "临期、提醒"),
    ("red", "印章、逾期、危险"),
    ("red-pale", "错误底色"),
    ("grey", "停用、已结束"),
    ("focus", "键盘焦点"),
];

/// `GET /samples`
pub async fn samples(State(app): State<App>, cx: PageCx) -> Answer {
    if !app.settings().demo {
        let face = Face::unknown("page-unknown", "没有这个页面", "界面样例只在演示系统里有。");
        return Err(Refusal::new(face.action("回首页", "/")));
    }
    let fields = [
        Field::text("shop", "店铺名称").required().hint("与营业执照一致").value("城中区桥城食杂店"),
        Field::new("phone", "手机号", Input::Tel)
            .required()
            .value("1380000")
            .error(Some("手机号应为 11 位数字")),
        Field::text("area", "经营面积").unit("平方米").value("36"),
        Field::new("kind", "申请人类型", Input::Radio)
            .required()
            .options([("person", "个体工商户"), ("company", "企业")]),
        Field::new("words", "补充说明", Input::Long),
    ];
    let timeline = Timeline(vec![
        Point::new(Mark::Done, "提交申请").when("2026-11-23 09:00"),
        Point::new(Mark::Now, "审查").detail("还剩 5 个工作日"),
        Point::new(Mark::Next, "决定"),
    ]);
    let lights = [
        (Light::Green, "还剩 5 个工作日"),
        (Light::Yellow, "明天到期"),
        (Light::Red, "已逾期"),
        (Light::Grey, "已办结"),
    ];
    html(&Samples {
        page: cx.page("界面样例"),
        colours: COLOURS.to_vec(),
        fields: fields.into(),
        steps: Steps::new(["须知", "填表", "材料", "确认"], 1).link(0, "/samples"),
        timeline,
        lights: lights.map(|(light, words)| Badge { light, text: words.to_owned() }).into(),
    })
}
