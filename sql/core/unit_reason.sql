-- Why a unit is not reached: the step of the funnel on which it loses most beyond what it would
-- lose at the organisation's own rate, in people.
--
-- Ties go to the earlier step; no step above zero, no reason; the organisation has none. A reason
-- is given of a shown row, where it is the same for every count that the row's codes leave open:
-- else it would tell which of them it is, or blame the unit for one person too many. So of a few
-- licensed people none is given that speaks of what they did.
--
-- The lowest and the highest of each count are enough to try: where a step loses most at all of
-- these, it does at every count between.
--
-- grain: unit_id, window_end

with

shown as (
    select
        core.unit_window.unit_id,
        core.unit_window.window_end,
        core.unit_window.staff,
        core.unit_window.account,
        core.unit_window.onboarded,
        core.unit_window.active,
        core.unit_window.reached,
        unnest(
            case
                when core.unit_shown.licensed is null then [1, getvariable('min_group') - 1]
                else [core.unit_shown.licensed]
            end
        ) as licensed
    from core.unit_window
    inner join core.unit_shown using (unit_id, window_end)
    where has_figures(core.unit_shown.status)
),

possible as (
    select
        shown.unit_id,
        shown.window_end,
        [
            shown.staff, shown.account, shown.licensed,
            onboarded.people, active.people, reached.people
        ] as people
    from shown
    cross join unnest(left_open(shown.onboarded, shown.licensed)) as onboarded (people)
    cross join unnest(left_open(shown.active, shown.licensed)) as active (people)
    cross join unnest(left_open(shown.reached, shown.licensed)) as reached (people)
    where onboarded.people >= active.people and active.people >= reached.people
),

whole as (
    select
        window_end,
        [
            staff, account, licensed,
            middle(onboarded, licensed), middle(active, licensed), middle(reached, licensed)
        ] as people
    from core.unit_window
    where unit_id = '(organisation)'
),

compared as (
    select
        possible.unit_id,
        possible.window_end,
        list_transform(
            [1, 2, 3, 4, 5],
            lambda step: round(
                possible.people[step] - possible.people[step + 1]
                - possible.people[step]
                * coalesce(
                    share(whole.people[step] - whole.people[step + 1], whole.people[step]), 0
                ),
                9
            )
        ) as lost_beyond
    from possible
    inner join whole using (window_end)
    where possible.unit_id <> '(organisation)'
),

named as (
    select
        unit_id,
        window_end,
        case
            when list_max(lost_beyond) > 0
                then
                    ['no_account', 'no_licence', 'never_onboarded', 'dormant', 'wrong_channel'][
                        list_position(lost_beyond, list_max(lost_beyond))
                    ]
        end as reason
    from compared
)

select
    unit_id,
    window_end,
    min(reason) as reason
from named
group by all
having count(reason) = count(*) and min(reason) = max(reason)
