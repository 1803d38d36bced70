namespace GpuContainers.Cdi.Reading;

/// <summary>Bounds what aliases may expand to, so that a small text cannot become endless work (CDI-20).</summary>
internal sealed class AliasBudget
{
    private long _visited;
    private long _aliased;

    /// <summary>Counts one node that stands in the text.</summary>
    internal void Visit() => _visited++;

    /// <summary>Counts the nodes behind an alias; false when their share of the whole has become too large.</summary>
    internal bool Alias(long size)
    {
        _visited = Math.Min(_visited + size, long.MaxValue / 2);
        _aliased = Math.Min(_aliased + size, long.MaxValue / 2);
        if (_aliased <= 100 || _visited <= 1000)
            return true;
        double fraction = Math.Clamp((_visited - 400_000) / 3_600_000.0, 0, 1);
        double share = 0.99 - (fraction * 0.89);
        return (double)_aliased / _visited <= share;
    }
}
