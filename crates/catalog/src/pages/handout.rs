//! A guide, a blank form, a filled example as PDF: the words of the printed page, set in type.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use papers::data::{Handout, Section};
use papers::{Kind, Paper, TypesetFault};
use web::{Answer, App, Face, Refusal};

use super::at::GuideAt;
use super::guide::Guide;
use super::papers::{Content, Drawn};
use crate::material::MaterialSpec;

/// `GET /guides/{item}/{type}/guide.pdf?bureau=…`, in the same situation as the page.
pub async fn guide(State(app): State<App>, at: GuideAt) -> Answer {
    let (item, business, local) = at.parts()?;
    let GuideAt { catalogue, asked, .. } = &at;
    let guide = Guide::new(catalogue, (item, business), local, asked, app.today());
    let name = format!("{}办事指南.pdf", item.title(business));
    let current = format!("{}{}", app.settings().base_url, guide.current());
    let digest = guide.digest.clone();
    let paper = Paper::new(&handout(&guide), app.today()).verified_at(current);
    let mut answer = set(&app, paper, &name).await?;
    if let Ok(digest) = HeaderValue::from_str(&digest) {
        answer.headers_mut().insert("x-guide-digest", digest);
    }
    Ok(answer)
}

/// A blank form or an example, as [`super::papers`] draws it.
pub(super) async fn form(app: &App, drawn: Drawn<'_>) -> Answer {
    let name = format!("{}（{}）.pdf", drawn.form_title, drawn.what);
    set(app, Paper::new(&drawn.handout(), app.today()), &name).await
}

/// Setting type is work of the processor: not on the threads that answer everybody else.
async fn set(app: &App, paper: Paper, name: &str) -> Answer {
    let typesetter = app.typesetter();
    let set = tokio::task::spawn_blocking(move || typesetter.pdf(&paper)).await;
    let pdf = set.unwrap_or_else(|died| std::panic::resume_unwind(died.into_panic())).map_err(refused)?;
    Ok(download(Bytes::from(pdf), name))
}

fn refused(fault: TypesetFault) -> Refusal {
    let face = Face::internal().action("看网页版的办事指南", "/items");
    Refusal::caused(face, fault)
}

fn download(pdf: Bytes, name: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, web::kept::disposition("attachment", name)),
    ];
    (headers, pdf).into_response()
}

fn handout(guide: &Guide<'_>) -> Handout {
    let item = guide.item;
    let sections = vec![
        basics(guide),
        conditions(guide),
        materials(guide),
        steps(guide),
        limits(guide),
        Section::new("注意事项").lines(numbered(guide.business.notices.iter().cloned())),
        results(guide),
        halls(guide),
        Section::new("不服怎么办").rows(
            item.remedies.iter().map(|one| (one.name.clone(), format!("{}（{}）", one.says, one.cite))),
        ),
        provisions(guide),
        Section::new("常见问题")
            .lines(guide.faq().flat_map(|one| [format!("问：{}", one.q), format!("答：{}", one.a)])),
    ];
    let doubts = guide.doubts().map(|one| format!("{}：{}", one.about, one.says));
    let says = [guide.business.summary.clone(), guide.standing.clone(), guide.opens_later().to_owned()];
    Handout {
        kind: Kind::Guide,
        issuing_authority: guide.local.map_or_else(|| item.organ.clone(), |local| local.bureau_name.clone()),
        title: format!("{}办事指南", item.title(guide.business)),
        edition: format!("指南版本 {}，{}起施行", item.version, web::text::date_cn(item.effective)),
        says: says.into_iter().chain(doubts).filter(|line| !line.is_empty()).collect(),
        sections: sections.into_iter().filter(|section| !section.is_empty()).collect(),
        ends: vec!["用手机扫一扫左边的二维码，就知道这份指南现在还是不是现行的，改了哪些。".to_owned()],
        digest: guide.digest.clone(),
    }
}

fn basics(guide: &Guide<'_>) -> Section {
    let item = guide.item;
    let labels =
        |all: &[crate::Coded]| all.iter().map(|one| one.label.as_str()).collect::<Vec<_>>().join("、");
    let code = if item.basic_code.is_empty() { &item.code_says } else { &item.basic_code };
    Section::new("基本信息").rows([
        ("事项名称", format!("{}（{}）", item.name, guide.business.name)),
        ("基本编码", code.clone()),
        ("事项类型", format!("{}，{}", item.kind.label, guide.business.class)),
        ("服务对象", labels(&item.subjects)),
        ("办理形式", labels(&item.ways)),
        ("权限划分", item.authority.clone()),
        ("数量限制", item.quantity_limit.clone()),
        ("收费", format!("{}（{}）", item.fees.says, item.fees.basis)),
    ])
}

fn conditions(guide: &Guide<'_>) -> Section {
    let when = format!("什么时候办：{}", guide.business.when_says);
    let all = guide.conditions.iter().map(|one| format!("{}（{}）", one.says, one.cite));
    Section::new("受理条件").lines(std::iter::once(when).chain(numbered(all)))
}

fn materials(guide: &Guide<'_>) -> Section {
    let row = |(at, one): (usize, &&MaterialSpec)| {
        let waived = guide.waived(one);
        let need = if waived.is_empty() { one.need() } else { format!("免交，{waived}") };
        let copies = format!("原件 {} 份，复印件 {} 份", one.originals, one.copies);
        [format!("{}．{}", at + 1, one.name), need, copies, one.signature.clone(), one.hint.clone()]
    };
    Section::new(format!("申请材料（{} 份）", guide.materials.len()))
        .lines(["除下面列出的以外，不用交别的材料。".to_owned()])
        .table(
            ["材料", "要不要交", "份数", "签名签章", "填报须知"],
            guide.materials.iter().enumerate().map(row),
        )
}

fn steps(guide: &Guide<'_>) -> Section {
    let row = |(at, one): (usize, &&crate::Step)| {
        [
            format!("{}．{}", at + 1, one.name),
            one.role.clone(),
            one.time.clone(),
            one.standard.clone(),
            one.result.clone(),
        ]
    };
    Section::new("办理流程")
        .table(["环节", "谁来办", "时限", "标准", "结果"], guide.steps.iter().enumerate().map(row))
}

fn limits(guide: &Guide<'_>) -> Section {
    let limits = &guide.business.limits;
    let special = guide.special.iter().map(|one| format!("{}：{}（{}）", one.name, one.says, one.cite));
    Section::new("办理时限")
        .lines(std::iter::once(format!("{}。{}", limits.from, limits.says)).chain(special))
        .rows([
            ("法定办结时限", format!("{} 个工作日", limits.statutory)),
            ("承诺办结时限", format!("{} 个工作日", guide.promised)),
        ])
}

fn results(guide: &Guide<'_>) -> Section {
    let after = format!("{}{}", guide.item.result.validity, guide.item.result.delivery);
    Section::new("办理结果").lines(numbered(guide.business.results.iter().cloned()).chain([after]))
}

fn halls(guide: &Guide<'_>) -> Section {
    let offices = guide.offices();
    let all = offices.iter().flat_map(|office| office.halls.iter().map(move |hall| (office, hall)));
    let row = |(office, hall): (&&crate::LocalItem, &crate::Hall)| {
        let phones = format!("咨询 {}，监督 {}", office.consult_phone, office.complaint_phone);
        [format!("{} {}", hall.name, hall.window), hall.address.clone(), hall.hours.clone(), phones]
    };
    Section::new("办理地点和电话").table(["大厅和窗口", "地址", "时间", "电话"], all.map(row))
}

fn provisions(guide: &Guide<'_>) -> Section {
    let lines = guide.provisions().into_iter().flat_map(|one| {
        let hand = if one.cite.second_hand() { "（转引，未核对公布文本）" } else { "" };
        let head = format!("{}　{}{hand}", one.cite.with_version(), one.why);
        std::iter::once(head).chain(one.cite.article_text().lines().map(str::to_owned).collect::<Vec<_>>())
    });
    Section::new("设定依据和有关条文").lines(lines)
}

fn numbered(lines: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    lines.enumerate().map(|(at, line)| format!("{}．{line}", at + 1))
}

impl Drawn<'_> {
    fn handout(&self) -> Handout {
        let material = self.material;
        let blank = self.what == super::papers::BLANK;
        let invented = if blank { "" } else { "：内容为虚构，请按您的实际情况填写" };
        let sections = match &self.content {
            Content::Rows(groups) => groups
                .iter()
                .map(|(title, rows)| {
                    Section::new(*title).rows(rows.iter().map(|row| (row.label, printable(&row.value))))
                })
                .collect(),
            Content::Paragraphs(all) => {
                vec![Section::new("正文").lines(all.iter().flat_map(|one| one.lines()).map(str::to_owned))]
            }
            Content::Points(points) => {
                vec![Section::new("怎样算合格").lines(numbered(points.iter().cloned()))]
            }
        };
        let signs = match (&self.content, blank) {
            (Content::Rows(_), true) => vec![
                PROMISE.to_owned(),
                "申请人（签名或者盖章）：＿＿＿＿＿＿　　　日期：＿＿＿＿年＿＿月＿＿日".to_owned(),
            ],
            (Content::Rows(_), false) => {
                vec![PROMISE.to_owned(), "申请人（签名或者盖章）：林小满　　　日期：2026年2月9日".to_owned()]
            }
            _ => Vec::new(),
        };
        Handout {
            kind: Kind::BlankForm,
            issuing_authority: self.item.organ.clone(),
            title: format!("{}（{}）", self.form_title, self.what),
            edition: format!("{} 版", self.item.version),
            says: vec![format!("{}{invented}。{}", self.what, material.hint)],
            sections,
            ends: signs,
            digest: String::new(),
        }
    }
}

/// No face of the typesetter has a ticked box; a filled one says the same.
fn printable(value: &str) -> String {
    value.replace('☑', "■")
}

const PROMISE: &str = "本人（单位）承诺：以上内容和所交材料真实、有效；知道隐瞒情况或者提供虚假材料的，不予受理或者不予许可，给予警告，一年内不能再次申请。";
