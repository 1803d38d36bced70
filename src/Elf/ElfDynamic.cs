namespace GpuContainers.Elf;

/// <summary>What the dynamic section says.</summary>
/// <param name="Soname">The first DT_SONAME; null when there is none or its string is not within the file.</param>
/// <param name="HasSonameEntry">Whether there is a DT_SONAME, readable or not.</param>
/// <param name="Needed">DT_NEEDED in their order.</param>
public sealed record ElfDynamic(byte[]? Soname, bool HasSonameEntry, IReadOnlyList<byte[]> Needed)
{
    /// <summary>Whether there are several DT_SONAME, so that none can be relied on.</summary>
    public bool HasSeveralSonames { get; init; }
}
