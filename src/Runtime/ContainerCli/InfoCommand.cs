using GpuContainers.Host.Inventory;
using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli;

/// <summary>The command <c>info</c>: the driver's versions and the GPUs (CL-43 to CL-45).</summary>
internal static class InfoCommand
{
    private static readonly string[] s_versionLabels = ["NVRM version", "CUDA version"];
    private static readonly string[] s_labels = ["Device Index", "Device Minor", "Model", "Brand", "GPU UUID", "Bus Location", "Architecture"];

    // By NVML's numbers, which begin with 0 for an unknown one (CL-23).
    private static readonly string[] s_brands =
    [
        "Unknown", "Quadro", "Tesla", "NVS", "GRID", "GeForce", "TITAN", "VApps", "VPC", "VCS", "VWS", "CloudGaming", "QuadroRTX", "NvidiaRTX", "Nvidia",
        "GeForceRTX", "TitanRTX",
    ];

    /// <summary>The text to print.</summary>
    internal static string Run(DriverHost host, bool csv)
    {
        var text = new StringBuilder();
        string[] versions = [host.Version, CudaVersion(host.Report)];
        if (csv)
            AddCsv(text, s_versionLabels, [versions]);
        else
            AddLines(text, s_versionLabels, versions);
        List<string[]> gpus = [];
        foreach (InventoryGpu gpu in host.Report.Gpus)
            gpus.Add(Describe(gpu));
        if (csv)
        {
            text.Append('\n');
            AddCsv(text, s_labels, gpus);
            return text.ToString();
        }
        foreach (string[] gpu in gpus)
        {
            text.Append('\n');
            AddLines(text, s_labels, gpu);
        }
        return text.ToString();
    }

    /// <summary>The driver's CUDA version, such as 12.9 (CL-21).</summary>
    /// <exception cref="CliException">The library does not tell it.</exception>
    internal static string CudaVersion(InventoryReport report) => report.CudaVersion is { } version
        ? string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 100 / 10}")
        : throw new CliException(CliError.Detection, $"nvml error: {(report.CudaVersionError?.Text ?? "CUDA version unknown").ToLowerInvariant()}");

    /// <summary>The name of a brand.</summary>
    internal static string BrandOf(InventoryGpu gpu) => gpu.Brand is >= 0 and int brand && brand < s_brands.Length ? s_brands[brand] : s_brands[0];

    private static string[] Describe(InventoryGpu gpu) =>
    [
        gpu.Index.ToString(CultureInfo.InvariantCulture),
        (gpu.Minor ?? 0).ToString(CultureInfo.InvariantCulture),
        gpu.Name,
        BrandOf(gpu),
        gpu.Uuid ?? "",
        LongAddress(gpu.BusId ?? ""),
        gpu.ComputeCapability ?? "",
    ];

    // NVIDIA's toolkit prints a domain of eight digits (CL-22).
    private static string LongAddress(string address)
    {
        int colon = address.IndexOf(':');
        return colon < 0 ? address : address[..colon].PadLeft(8, '0') + address[colon..];
    }

    private static void AddLines(StringBuilder text, string[] labels, string[] values)
    {
        for (int i = 0; i < labels.Length; i++)
            text.Append((labels[i] + ":").PadRight(15)).Append(' ').Append(values[i]).Append('\n');
    }

    private static void AddCsv(StringBuilder text, string[] labels, IReadOnlyList<string[]> rows)
    {
        text.AppendJoin(',', labels).Append('\n');
        foreach (string[] row in rows)
            text.AppendJoin(',', row).Append('\n');
    }
}
