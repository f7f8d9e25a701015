using Grid.Compute;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>
/// What an attack sees of images that differ from those it keeps in a rectangle each. Where the classifier can pass such a change alone
/// (<see cref="LocalPass"/>), that is done; where not, the images that differ are passed as a whole. What is seen is the same to the bit.
/// </summary>
sealed class LocalLooks
{
    readonly AttackRows _rows;
    readonly LocalPass? _pass;

    // What each block gives for the images kept, and for those tried: between two steps both are the same.
    readonly Column[] _kept = [], _tried = [];
    PixelWindow[][] _reached = [];

    /// <summary>Looks at changes of images, beginning with the clean ones.</summary>
    public LocalLooks(AttackRows rows)
    {
        _rows = rows;
        if (rows.Count == 0 || (_pass = rows.Target.Local(rows.Images.Value.Shape)) is null) return;
        var blocks = _pass.Blocks(rows.Images);
        (_kept, _tried) = (Array.ConvertAll(blocks, rows.Add), Array.ConvertAll(blocks, rows.Add));
        foreach (var block in blocks) block.Dispose();
    }

    /// <summary>Looks at images without a gradient, see <see cref="AttackRows.LookWhere"/>.</summary>
    /// <param name="changed">The rectangle of each image outside of which it is the one that is kept; empty where it is that one.</param>
    /// <param name="images">The images that are tried.</param>
    /// <param name="loss">The loss that is measured.</param>
    /// <param name="before">The loss of the images that are kept, [n].</param>
    public Look? Look(PixelWindow[] changed, Tensor images, LogitLoss loss, Tensor before)
    {
        var differ = Array.ConvertAll(changed, window => !window.IsEmpty);
        if (_pass is null) return _rows.LookWhere(differ, images, loss, before);
        _reached = _pass.Change(images, changed, Array.ConvertAll(_tried, column => column.Value));
        return _rows.LookWhere(differ, images, loss, before, positions => _pass.Logits(_rows.Device.GatherRows(_tried[^1], positions)));
    }

    /// <summary>Keeps the images tried where the mask, [n], is not 0, and forgets the others.</summary>
    public void Keep(Tensor mask)
    {
        if (_pass is null) return;
        var better = mask.ToArray();
        for (var i = 0; i < _kept.Length; i++)
        {
            var reached = _reached[i];
            Copy(_kept[i], _tried[i], kept: true);
            Copy(_tried[i], _kept[i], kept: false);

            void Copy(Column target, Column source, bool kept) => _rows.Device.CopyWindowsInto(
                target, source, [.. reached.Select((window, row) => better[row] != 0 == kept ? window : default)]);
        }
    }
}
