"""From a draft to the operational run, all through the pages; and what the pages refuse."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from api.jobs.kinds import BODIES
from api.jobs.models import Job
from api.jobs.worker import Worker
from api.settings import Settings
from itembank.calibrations import repository
from itembank.calibrations.models import CalibrationRun, RunDeclaration
from itembank.items.models import Item
from itembank.people.models import Person
from tests.api.test_calibrate_job import simulated_csv
from tests.api.test_lab_pages import HTML, PASSWORD, ask, client, csrf, run_url, staff, upload
from tests.web import sign_in

__all__ = ["client", "csrf", "run_url", "staff"]  # fixtures of the lab's pages


def work(database) -> None:
    worker = Worker(database, Settings(worker_in_process=False), BODIES)
    while worker.run_one():
        pass


def post(client, url, csrf, **typed):
    return client.post(
        url, data={"csrf_token": csrf, **typed}, headers=HTML, follow_redirects=False
    )


def flagged(database, run_url) -> list[str]:
    with database.read() as db:
        run_id = run_url.rpartition("/")[2]
        return [r.label for r in repository.items_of_run(db, uuid.UUID(run_id)) if r.flags]


def decide_all(client, csrf, database, run_url) -> None:
    for label in flagged(database, run_url):
        done = post(
            client, f"{run_url}/quyet-dinh", csrf, cau=label, decision="watch", reason="Theo dõi"
        )
        assert done.status_code == 303


def declarations(database):
    with database.read() as db:
        return db.scalars(select(RunDeclaration)).all()


def test_a_run_begins_as_a_draft_and_names_who_would_publish(client, run_url) -> None:
    text = client.get(run_url).text
    assert "Nháp, chưa công bố" in text
    assert "Người quan" in text and "Công bố là kết quả chính thức" in text


def test_undecided_flags_bar_the_declaration_and_are_linked(
    client, csrf, database, run_url
) -> None:
    labels = flagged(database, run_url)
    assert labels, "the simulated data should have flags (standard errors of 400 persons)"
    refused = post(client, f"{run_url}/cong-bo", csrf, reason="Đã rà")
    assert refused.status_code == 422
    for label in labels:
        assert f"cau={label}#cau" in refused.text
    assert "Đã rà</textarea>" in refused.text
    assert declarations(database) == []


def test_a_decision_without_a_reason_comes_back_with_the_choice_kept(client, csrf, run_url) -> None:
    refused = post(client, f"{run_url}/quyet-dinh", csrf, cau="Q0", decision="watch", reason="")
    assert refused.status_code == 422
    assert re.search(r'value="watch" checked', refused.text)
    assert "Ghi lí do" in refused.text


def test_from_decisions_to_the_operational_run(client, csrf, database, run_url) -> None:
    decide_all(client, csrf, database, run_url)
    done = post(client, f"{run_url}/cong-bo", csrf, reason="Đã rà dữ liệu và các câu có cờ")
    assert done.status_code == 303
    text = client.get(run_url).text
    assert "Kết quả chính thức" in text
    assert "Đã rà dữ liệu và các câu có cờ" in text
    assert "Công bố là kết quả chính thức" not in text
    assert "Kết quả chính thức" in client.get("/hieu-chuan").text
    again = post(client, f"{run_url}/cong-bo", csrf, reason="lần nữa")
    assert again.status_code == 409


def test_an_empty_reason_is_refused_at_the_field(client, csrf, database, run_url) -> None:
    decide_all(client, csrf, database, run_url)
    refused = post(client, f"{run_url}/cong-bo", csrf, reason="  ")
    assert refused.status_code == 422
    assert 'href="#run-reason"' in refused.text


VERBS = ("/cong-bo", "/quyet-dinh", "/phan-tich", "/chay-lai")
TYPED = {"cau": "Q0", "decision": "keep", "reason": "x", "kind": "fit"}


def test_no_verb_takes_a_form_from_elsewhere_or_a_person_of_another_subject(
    client, csrf, run_url
) -> None:
    assert [post(client, run_url + v, "sai", **TYPED).status_code for v in VERBS] == [403] * 4
    other = sign_in(client, "ly", PASSWORD)
    assert [post(client, run_url + v, other, **TYPED).status_code for v in VERBS] == [403] * 4


def test_running_again_says_that_the_numbers_are_the_same(client, csrf, database, run_url) -> None:
    asked = post(client, f"{run_url}/chay-lai", csrf)
    assert asked.status_code == 303
    work(database)
    again = "/hieu-chuan/" + asked.headers["location"].rpartition("/")[2]
    text = client.get(again).text
    assert "mọi tham số trùng từng byte" in text
    compared = client.get(f"{again}/so-sanh").text
    assert "Trùng từng byte" in compared
    table = client.get(f"{again}/so-sanh.csv?voi={run_url.rpartition('/')[2]}").text
    assert table.count("\n") == 8


def test_options_of_a_run_fill_the_form_again(client, csrf, database, run_url) -> None:
    run_id = run_url.rpartition("/")[2]
    text = client.get(f"/hieu-chuan/moi?tu={run_id}").text
    assert 'value="Lần thử"' in text
    anchored = client.get(f"/hieu-chuan/moi?tu={run_id}&neo={run_id}&giu=Q0,Q1").text
    assert 'value="Q0, Q1"' in anchored


def test_choices_of_the_plan_reach_the_record(client, csrf, database) -> None:
    assert upload(client, csrf, simulated_csv()).status_code == 200
    asked = ask(
        client, csrf, database,
        item=["Q0", "Q1", "C1"], item_model=["", "pcm", "grm"], drop=["Q0"],
        drop_reason=["Đáp án in sai", "", ""], excluded="p1; p2", exclusion_reason="đình chỉ",
        not_reached="wrong",
    )  # fmt: skip
    assert asked.status_code == 303
    work(database)
    run_id = asked.headers["location"].rpartition("/")[2]
    with database.read() as db:
        options = db.get_one(CalibrationRun, uuid.UUID(run_id)).options
    assert options["item_models"] == {"Q1": "pcm", "C1": "grm"}
    assert options["dropped"] == {"Q0": "Đáp án in sai"}
    text = client.get(f"/hieu-chuan/{run_id}").text
    for words in ("Đáp án in sai", "2 theo danh sách", "đình chỉ", "chưa làm tới tính là sai"):
        assert words in text


def test_a_plan_refused_keeps_what_was_typed_about_items(client, csrf, database) -> None:
    upload(client, csrf, simulated_csv())
    answer = ask(
        client, csrf, database,
        item=["Q0", "C1"], item_model=["4pl", "3pl"], drop=["Q0"], drop_reason=["", ""],
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'href="#drop-1"' in answer.text and 'href="#model-7"' in answer.text
    assert '<option value="4pl" selected>' in answer.text


ANALYSES = {"fit": "do-khop", "persons": "bat-thuong"}


@pytest.mark.parametrize("kind", sorted(ANALYSES))
def test_an_analysis_is_asked_for_shown_and_taken_along(
    client, csrf, database, run_url, kind
) -> None:
    url = f"{run_url}/{ANALYSES[kind]}"
    assert f'name="kind" value="{kind}"' in client.get(url).text
    assert post(client, f"{run_url}/phan-tich", csrf, kind=kind).status_code == 303
    work(database)
    with database.read() as db:
        job = db.scalars(select(Job).where(Job.kind == "analyse_run")).one()
        assert (job.state, job.error) == ("done", None)
    assert "<svg" in client.get(url).text
    assert client.get(f"{url}.csv").content.startswith(b"\xef\xbb\xbf")
    assert client.get(f"{url}.xlsx").content.startswith(b"PK")


def test_unusual_responses_are_never_called_cheating(client, run_url) -> None:
    text = client.get(f"{run_url}/bat-thuong").text
    assert "không có nghĩa là gian lận" in text


NO_SUCH = (
    {"kind": "nothing"},
    {"kind": "link", "base_run": "x"},
    {"kind": "link", "method": "y"},
    {"kind": "persons", "cut": "5"},
    {"kind": "dif", "focal": "x|A"},
    {"kind": "dif", "focal": "group|A", "reference": "room|1"},
)


def test_an_analysis_that_does_not_exist_is_refused(client, csrf, run_url) -> None:
    for typed in NO_SUCH:
        assert post(client, f"{run_url}/phan-tich", csrf, **typed).status_code == 422, typed


PAGES = ("", "/do-khop", "/bat-thuong", "/lien-ket", "/doi-chieu", "/so-sanh", "/nang-luc", "/dif")


TYPED_WORDS = ("Lần thử", "Khảo sát", "Người quan", "Đề ngoài")
LETTERS = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"


def test_no_page_of_a_run_is_half_translated(client, csrf, database, run_url) -> None:
    """In English nothing Vietnamese is left but what people typed and names."""
    for kind in ("fit", "persons"):
        post(client, f"{run_url}/phan-tich", csrf, kind=kind)
    work(database)
    client.cookies.set("khaothi_lang", "en")
    for tail in PAGES:
        text = client.get(run_url + tail).text
        seen = re.sub(r"<[^>]+>", " ", text[text.index("<main") : text.index("</main>")])
        for known in TYPED_WORDS:
            seen = seen.replace(known, " ")
        assert re.findall(rf"\S*[{LETTERS}]\S*", seen, re.I) == [], tail


def test_an_author_is_told_why_they_may_not_publish(client, csrf, database, run_url, now) -> None:
    with database.write() as db:
        run = db.get_one(CalibrationRun, uuid.UUID(run_url.rpartition("/")[2]))
        item = db.get_one(Item, repository.items_of_run(db, run.id)[0].item_id)
        item.author_id = db.scalars(select(Person).where(Person.username == "quan")).one().id
    text = client.get(run_url).text
    assert "Bạn là tác giả của một câu trong đề này" in text
    assert "Công bố là kết quả chính thức" not in text
