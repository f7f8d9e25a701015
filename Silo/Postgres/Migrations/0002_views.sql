-- Security curves: the mean over seeds of what the defended model gets right under attack. Cells trained or evaluated otherwise are other curves.
create view curve_points as
select s.sweep, c.dataset, c.model, c.poison, c.attack, c.defense, c.cell -> 'training' as training, c.cell -> 'evaluation' as evaluation,
       c.strength, avg(c.robust_accuracy) as robust_accuracy, count(*) as seeds
from sweep_cells s join cells c on c.id = s.cell
where c.status = 'done' and c.robust_accuracy is not null
group by s.sweep, c.dataset, c.model, c.poison, c.attack, c.defense, c.cell -> 'training', c.cell -> 'evaluation', c.strength;

-- The FRIENDS grid: the trials of all seeds pooled, for defenses with both parameters. "rest" is what else the defense is set to.
create view friends_grid as
select p.sweep, p.dataset, p.model, p.attack, p.defense, p.rest, p.training, p.evaluation, p.strength, p.noise_std, p.clip_threshold,
       sum(p.trials)::bigint as trials, sum(p.successes)::bigint as successes, sum(p.successes)::double precision / sum(p.trials) as success_rate
from (
    select s.sweep, c.dataset, c.model, c.attack, d.key as defense, d.value - '{noise_std,clip_threshold}'::text[] as rest,
           c.cell -> 'training' as training, c.cell -> 'evaluation' as evaluation, c.strength,
           case when jsonb_typeof(d.value -> 'noise_std') = 'number' or d.value ->> 'noise_std' = 'Infinity'
                then (d.value ->> 'noise_std')::double precision end as noise_std,
           case when jsonb_typeof(d.value -> 'clip_threshold') = 'number' or d.value ->> 'clip_threshold' = 'Infinity'
                then (d.value ->> 'clip_threshold')::double precision end as clip_threshold,
           m.count as trials, coalesce(m.successes, round(m.value * m.count)::bigint) as successes
    from sweep_cells s
    join cells c on c.id = s.cell
    cross join lateral jsonb_each(c.cell -> 'defense') d
    cross join lateral jsonb_to_record(c.measurements -> 'attack_success_rate') m (value double precision, count bigint, successes bigint)
    where c.status = 'done' and c.attack_success_rate is not null and c.strength > 0 and d.value ?& '{noise_std,clip_threshold}'
) p
where p.noise_std is not null and p.clip_threshold is not null
group by p.sweep, p.dataset, p.model, p.attack, p.defense, p.rest, p.training, p.evaluation, p.strength, p.noise_std, p.clip_threshold
having sum(p.trials) > 0;
