namespace GpuContainers.Runtime.Hooks;

/// <summary>
/// How much work the files of a container may make a hook do (SEC-24). What takes time is counted, in units of a tenth of a microsecond of a quick machine, so
/// that the same files always end in the same result; and because one lookup can lead through forty links of four kilobytes each, the processor's time is
/// looked at now and then: whoever has used more of it than was counted has used that.
/// </summary>
internal sealed class WorkBudget
{
    /// <summary>Looking a path up, opening what it leads to, closing it.</summary>
    internal const int Lookup = 40;

    /// <summary>A name of a directory.</summary>
    internal const int Entry = 2;

    /// <summary>One read of a file, besides its bytes.</summary>
    internal const int Read = 10;

    /// <summary>A library whose headers are read.</summary>
    internal const int Library = 100;

    private const int BytesOfUnit = 256;
    private const long UnitsBetweenLooks = 2_000;

    // 1.2 seconds: the rest, such as laying out the cache, is bounded by what this lets through.
    private const long Most = 12_000_000;

    private readonly ProcessorTime _time = ProcessorTime.Start();
    private long _used;
    private long _ceiling = Most;
    private long _nextLook = UnitsBetweenLooks;
    private string _what = "";
    private bool _told;

    /// <summary>Whether nothing may be done any more before the next <see cref="Begin"/>.</summary>
    internal bool IsSpent => _used > _ceiling;

    /// <summary>The units of preparing a pattern.</summary>
    internal static int OfPattern(int length) => length * 4;

    /// <summary>The units of comparing a name of a directory with a pattern.</summary>
    internal static int OfMatch(int pattern, int name) => Entry + (pattern * name / BytesOfUnit);

    /// <summary>The units of that many bytes read and looked through.</summary>
    internal static int OfBytes(long bytes) => (int)(bytes / BytesOfUnit);

    /// <summary>Begins a part of the work.</summary>
    /// <param name="what">Its name, for the warning that it was too much.</param>
    /// <param name="share">How many hundredths of the whole it may take; what is left of the whole, if that is less.</param>
    internal void Begin(string what, int share)
    {
        _ceiling = Math.Min(Most, _used + (Most / 100 * share));
        (_what, _told) = (what, false);
    }

    /// <summary>Takes units; false, with one warning for each part of the work, when they are used up.</summary>
    internal bool Spend(long units)
    {
        _used += units;
        if (_used >= _nextLook)
        {
            _used = Math.Max(_used, _time.Microseconds * 10);
            _nextLook = _used + UnitsBetweenLooks;
        }
        if (!IsSpent)
            return true;
        if (!_told)
            Log.Warning($"{_what} of the container would take too long to look through: the rest is skipped");
        _told = true;
        return false;
    }
}
