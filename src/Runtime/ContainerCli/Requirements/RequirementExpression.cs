using System.Buffers;
using GpuContainers.Host;
using GpuContainers.Host.Gpus;
using GpuContainers.Host.Inventory;
using GpuContainers.Runtime.ContainerCli.Driver;
using GpuContainers.Runtime.ContainerCli.Selection;

namespace GpuContainers.Runtime.ContainerCli.Requirements;

/// <summary>
/// What an image demands of the machine: alternatives separated by blanks, each a list of conditions separated by commas. A fact is
/// asked for when a condition needs it.
/// </summary>
internal sealed class RequirementExpression(DriverHost host)
{
    private const string Operators = "<>=!";

    /// <summary>Checks all requirements for all selected GPUs; without a GPU once (CL-80).</summary>
    /// <exception cref="CliException">One is not met, or not understood.</exception>
    internal void Check(IReadOnlyList<string> requirements, DeviceSelection selection)
    {
        foreach (string requirement in requirements)
        {
            if (IsTegraMode(requirement))
                continue;
            if (selection.Gpus.Count == 0)
                Require(requirement, null);
            foreach (Gpu gpu in selection.Gpus)
                Require(requirement, gpu);
        }
    }

    // Images for Tegra systems say so which files they need there; it is no condition (CL-81).
    private bool IsTegraMode(string requirement) =>
        (requirement.StartsWith("csv-mounts=all", StringComparison.Ordinal) || requirement.StartsWith("base-only", StringComparison.Ordinal))
        && Platform.IsTegra(host.Root);

    // The first alternative that holds decides; the first one of all is what the user is told (CL-77, CL-79).
    private void Require(string requirement, Gpu? gpu)
    {
        string[] alternatives = requirement.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (alternatives.Length == 0)
            return;
        foreach (string alternative in alternatives)
        {
            if (Holds(alternative, gpu))
                return;
        }
        string cure = alternatives[0].StartsWith("cuda>=", StringComparison.Ordinal)
            ? ", please update your driver to a newer version, or use an earlier cuda container" : "";
        throw new CliException(CliError.Requirement, $"unsatisfied condition: {alternatives[0]}{cure}");
    }

    private bool Holds(string alternative, Gpu? gpu)
    {
        foreach (string condition in alternative.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!HoldsOne(condition, gpu))
                return false;
        }
        return true;
    }

    private bool HoldsOne(string condition, Gpu? gpu)
    {
        int start = condition.AsSpan().IndexOfAny(Operators);
        int length = start < 0 ? 0 : condition.AsSpan(start).IndexOfAnyExcept(Operators);
        if (start <= 0 || length <= 0)
            throw Invalid();
        string name = condition[..start].ToLowerInvariant();
        string comparison = condition.Substring(start, length) is "!" ? "!=" : condition.Substring(start, length);
        string value = condition[(start + length)..];
        if (comparison is not ("=" or "!=" or "<" or "<=" or ">" or ">="))
            throw Invalid();
        return name == "brand" ? HoldsBrand(comparison, value, gpu) : HoldsVersion(name, comparison, value, gpu);
    }

    private bool HoldsBrand(string comparison, string value, Gpu? gpu)
    {
        if (comparison is not ("=" or "!="))
            throw Invalid();
        return gpu is null || InfoCommand.BrandOf(Reported(gpu)).Equals(value, StringComparison.OrdinalIgnoreCase) == (comparison == "=");
    }

    // Without a GPU the conditions on one hold, if they are understood (CL-75, CL-80).
    private bool HoldsVersion(string name, string comparison, string value, Gpu? gpu)
    {
        string? actual = name switch
        {
            "cuda" => InfoCommand.CudaVersion(host.Report),
            "driver" => host.Version,
            "arch" => gpu is null ? null : Reported(gpu).ComputeCapability ?? throw Invalid(),
            _ => throw Invalid(),
        };
        if (!VersionText.IsVersion(value))
            throw Invalid();
        if (actual is null)
            return true;
        int order = VersionText.Compare(actual, value);
        return comparison switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private InventoryGpu Reported(Gpu gpu)
    {
        foreach (InventoryGpu reported in host.Report.Gpus)
        {
            if (reported.Index == gpu.Index)
                return reported;
        }
        throw new CliException(CliError.Detection, $"the driver's library does not know GPU {gpu.Index}", "check that nvidia-smi works on this host");
    }

    // One text for all that is not understood, as scripts know it (CL-78).
    private static CliException Invalid() => new(
        CliError.Requirement, "invalid expression",
        "a condition is cuda, driver, arch or brand, an operator (= != < <= > >=) and a value, as in cuda>=12.4; see NVIDIA_REQUIRE_CUDA of the image");
}

/// <summary>Versions of digits and dots, compared number by number (CL-76).</summary>
internal static class VersionText
{
    private static readonly SearchValues<char> s_characters = SearchValues.Create("0123456789.");

    /// <summary>Whether the text is a version.</summary>
    internal static bool IsVersion(string text) => text.Length > 0 && char.IsAsciiDigit(text[0]) && text.AsSpan().IndexOfAnyExcept(s_characters) < 0;

    /// <summary>Less than, equal to or greater than 0; a missing tail equals zeros.</summary>
    internal static int Compare(string left, string right)
    {
        ReadOnlySpan<char> a = left, b = right;
        while (!a.IsEmpty || !b.IsEmpty)
        {
            int order = CompareNumbers(Take(ref a), Take(ref b));
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> text)
    {
        int dot = text.IndexOf('.');
        ReadOnlySpan<char> number = dot < 0 ? text : text[..dot];
        text = dot < 0 ? default : text[(dot + 1)..];
        return number.TrimStart('0');
    }

    // Without leading zeros the longer number is the greater one.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
}
