using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>
/// The rows that an iterative attack works on, with all that it keeps of each. Rows that fall leave the batch at the next look, which is
/// taken as often as the device likes to be looked at; rows of networks attacked as one stay in blocks of equal length, so that some fallen
/// ones come along, masked by <see cref="Standing"/>. What an attack makes of a row depends on neither. All of it lives until the caller's
/// scope ends.
/// </summary>
sealed class AttackRows
{
    readonly List<Column> _columns = [];
    readonly IReadOnlyList<ulong> _seeds;
    readonly ReadOnlyMemory<int> _samples;
    readonly CancellationToken _ct;
    ActiveRows _rows;
    int _steps;
    int _looked;

    /// <summary>The rows of a batch, none of which has fallen.</summary>
    /// <param name="target">The classifier that is attacked.</param>
    /// <param name="batch">The clean images, in an equal block for each network.</param>
    /// <param name="radius">How far each image may be moved, [n].</param>
    /// <param name="attacked">1 for each row that is attacked, 0 for the others, which stay as they are.</param>
    /// <param name="seeds">The seed of each network.</param>
    /// <param name="counted">Whether passes are to be counted.</param>
    /// <param name="ct">Ends the work early; it is looked at in every step.</param>
    public AttackRows(
        Classifier target, Batch batch, Tensor radius, float[] attacked, IReadOnlyList<ulong> seeds, bool counted, CancellationToken ct)
    {
        (Target, _samples, _seeds, _ct) = (target, batch.Samples, seeds, ct);
        _rows = new(seeds.Count, [.. Enumerable.Range(0, batch.Count)], attacked);
        (Images, Labels, Radius) = (Add(batch.Images), Add(batch.Labels), Add(radius));
        Standing = Add(Device.Upload(attacked, [batch.Count]));
        Adversarial = Result(batch.Images);
        if (counted) (Forwards, Gradients) = (Result(0), Result(0));
        Drop(_rows.Kept(attacked), attacked);
    }

    public Classifier Target { get; }

    public Device Device => Target.Device;

    public int Count => _rows.Count;

    /// <summary>The clean images, [n, c, h, w].</summary>
    public Column Images { get; }

    public Column Labels { get; }

    public Column Radius { get; }

    /// <summary>Mask of the rows that are still attacked.</summary>
    public Column Standing { get; }

    /// <summary>The best images found so far.</summary>
    public Column Adversarial { get; }

    /// <summary>How many forward passes each row has taken, those before a gradient included; null where nobody asks.</summary>
    public Column? Forwards { get; }

    public Column? Gradients { get; }

    /// <summary>The sample and the seed of each row, which its draws are keyed by.</summary>
    public (int Sample, ulong Seed)[] Keys =>
        Array.ConvertAll(_rows.Rows, row => (_samples.Span[row], _seeds[row / (_samples.Length / _seeds.Count)]));

    /// <summary>A column that is forgotten when a row leaves.</summary>
    public Column Add(Tensor start) => Enter(new(start.Copy()));

    public Column Add(float start) => Enter(new(Device.Full([Count], start)));

    /// <summary>A column that is kept of rows that leave.</summary>
    public Column Result(Tensor start) => Enter(new(start.Copy(), start.Copy()));

    public Column Result(float start) => Enter(new(Device.Full([Count], start), Device.Full([_samples.Length], start)));

    /// <summary>The images within each row's radius.</summary>
    public NormBall Ball(Norm norm)
    {
        var (low, high) = NormBall.Bounds(norm, Images, Radius);
        return new(norm, Images, Radius, low is null ? null : Add(low), high is null ? null : Add(high));
    }

    /// <summary>Passes images, [n, c, h, w], through the classifier, and counts that.</summary>
    /// <param name="images">The images that are passed, in place of the clean ones.</param>
    /// <param name="loss">The loss that is measured.</param>
    /// <param name="gradient">Whether the gradient of the loss is wanted too.</param>
    /// <param name="towards">The classes to go towards, [n]; null goes away from the labels.</param>
    public Look Look(Tensor images, LogitLoss loss, bool gradient = true, Tensor? towards = null)
    {
        var (logits, value, slope) = Target.LossGradient(images, Labels, loss, lossOnly: !gradient, towards);
        Spend(forwards: 1, gradients: gradient ? 1 : 0);
        return new(logits, value, Labels, Target.Random, slope);
    }

    /// <summary>Passes images without a gradient where only some of them differ from those that were looked at before: only these are
    /// passed, though all are counted. The others are right, and have the loss that they had. Of a classifier that draws, all are
    /// passed.</summary>
    /// <param name="changed">Which images differ.</param>
    /// <param name="images">The images that are passed, in place of the clean ones.</param>
    /// <param name="loss">The loss that is measured.</param>
    /// <param name="before">The loss of each row before, [n].</param>
    /// <param name="logits">Gives the logits of the images at some positions; null passes them through the classifier.</param>
    /// <returns>What is seen of all rows; null where no image differs.</returns>
    public Look? LookWhere(bool[] changed, Tensor images, LogitLoss loss, Tensor before, Func<int[], Tensor>? logits = null)
    {
        // Networks attacked as one take blocks of equal length, some of them with rows that did not change.
        var positions = _rows.Kept(Array.ConvertAll(changed, c => c ? 1f : 0));
        if (Target.Random || (logits is null && positions.Length == Count)) return Look(images, loss, gradient: false);
        Spend(forwards: 1, gradients: 0);
        if (positions.Length == 0) return null;
        var seen = logits?.Invoke(positions) ?? Target.Logits(Device.GatherRows(images, positions));
        var (all, value) = (new ClassMask(Device.Zeros([Count, seen.Shape[1]])).Of(Labels), before.Copy());
        Device.ScatterRowsInto(all, positions, seen);
        Device.ScatterRowsInto(value, positions, loss.Of(seen, Device.GatherRows(Labels, positions)).Value);
        return new(all, value, Labels, random: false, slope: null);
    }

    /// <summary>Counts passes of the rows that still stand: of all, or of those of a mask.</summary>
    public void Spend(int forwards, int gradients, Tensor? only = null)
    {
        var counted = only is null ? Standing.Value : Standing & only;
        // Down a negative slope, for that is done in place.
        if (forwards > 0 && Forwards is not null) Device.DescendInto(Forwards, counted, null, -forwards, 0);
        if (gradients > 0 && Gradients is not null) Device.DescendInto(Gradients, counted, null, -gradients, 0);
    }

    /// <summary>Keeps images that break their row, or that have a higher loss than the image kept, and lets the broken rows fall.</summary>
    public void KeepBest(Tensor images, Look look, Column highest)
    {
        Device.KeepBestInto(Adversarial, highest, Standing, images, look.Logits, look.Loss, Labels, toTheEnd: Target.Random);
        if (!Target.Random) Standing.Wrote();
    }

    /// <summary>Keeps images of rows that they break, where they are nearer than those kept: in <see cref="Adversarial"/> unless told
    /// otherwise.</summary>
    /// <returns>The distance of each image, [n].</returns>
    public Tensor KeepNearest(Tensor images, Tensor broken, Norm norm, Column distance, Column? nearest = null)
    {
        var length = norm.Length(images - Images);
        var nearer = Standing & broken & (length < distance);
        (nearest ?? Adversarial).Set(nearer, images);
        distance.Set(nearer, length);
        return length;
    }

    /// <summary>Lets rows fall whose kept image is answered wrong. For a classifier that draws, this is the verdict that counts.</summary>
    public void Judge()
    {
        Standing.Set(Standing & Target.Predict(Adversarial).Is(Labels));
        Spend(forwards: 1, gradients: 0);
    }

    /// <summary>For each row its likeliest classes at the clean image except its label, the likeliest first.</summary>
    /// <param name="most">How many classes are wanted; there are no more than the classes less one.</param>
    public Column[] Rivals(int most)
    {
        var (logits, labels) = (Array.Empty<float>(), Labels.Value.ToArray());
        Repeat(1, _ =>
        {
            logits = Target.Logits(new Tape(Device), Tape.Constant(Images)).Value.ToArray();
            Spend(forwards: 1, gradients: 0);
        });
        if (Count == 0) return [];
        var classes = logits.Length / labels.Length;
        var orders = logits.Chunk(classes)
            .Zip(labels,
                (row, label) =>
                    row.Index().Where(z => z.Index != (int)label).OrderByDescending(z => z.Item).Select(z => (float)z.Index).ToArray())
            .ToArray();
        return [.. Enumerable.Range(0, Math.Min(most, classes - 1))
            .Select(rank => Add(Device.Upload([.. orders.Select(order => order[rank])], [Count])))];
    }

    /// <summary>
    /// Moves each kept image towards the clean one as long as it stays wrong, by bisection of the way between them.
    /// </summary>
    public void Bisect(int times, Norm norm, Column distance)
    {
        if (Count == 0) return;
        using var section = Section();
        var (far, right, wrong) = (Add(Adversarial), Add(0), Add(1));
        Repeat(times, _ =>
        {
            var middle = (right.Value + wrong) * 0.5f;
            var images = (Images.Value + (far.Value - Images).Scale(middle)).Clamp(0, 1);
            var broken = !Device.ArgMax(Target.Logits(new Tape(Device), Tape.Constant(images)).Value).Is(Labels);
            Spend(forwards: 1, gradients: 0);
            KeepNearest(images, broken, norm, distance);
            right.Set(!broken, middle);
            wrong.Set(broken, middle);
        });
    }

    /// <summary>Makes steps, each in a scope of its own, as long as there are rows.</summary>
    /// <param name="times">How many steps are made at most.</param>
    /// <param name="step">Makes a step; it gets the step's number, from 0.</param>
    public void Repeat(int times, Action<int> step)
    {
        for (var i = 0; i < times && Count > 0; i++)
        {
            _ct.ThrowIfCancellationRequested();
            using (Device.Scope()) step(i);
            if (i == times - 1 || ++_steps % Device.StepsPerLook == 0) DropFallen();
        }
    }

    /// <summary>Lets go of the fallen rows now. Where no row can have fallen, nothing is read from the device.</summary>
    public void DropFallen()
    {
        if (Count == 0 || Standing.Writes == _looked) return;
        _looked = Standing.Writes;
        var standing = Standing.Value.ToArray();
        Drop(_rows.Kept(standing), standing);
    }

    /// <summary>Begins a section. When it is disposed, the columns that were added in it are forgotten, except results.</summary>
    public IDisposable Section() => new Mark(this, _columns.Count);

    /// <summary>Writes all results to where they belong.</summary>
    public void Finish()
    {
        foreach (var column in _columns) column.Save(_rows.Rows);
    }

    Column Enter(Column column)
    {
        _columns.Add(column);
        return column;
    }

    void Drop(int[] kept, float[] standing)
    {
        if (kept.Length == Count) return;
        foreach (var column in _columns)
        {
            column.Save(_rows.Rows);
            column.Keep(kept);
        }

        _rows = _rows.Keep(kept, standing);
    }

    sealed class Mark(AttackRows rows, int count) : IDisposable
    {
        public void Dispose()
        {
            foreach (var column in rows._columns.Skip(count).Where(c => !c.IsResult).ToArray())
            {
                column.Value.Dispose();
                rows._columns.Remove(column);
            }
        }
    }
}
