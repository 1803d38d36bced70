namespace GpuContainers.Host.Tegra;

/// <summary>One entry of a Tegra csv file.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Path">The path inside the driver root, perhaps a glob.</param>
public sealed record CsvEntry(CsvEntryKind Kind, string Path);
