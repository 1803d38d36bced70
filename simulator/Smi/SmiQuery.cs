using System.Globalization;
using GpuContainers.Simulator.Nvml;

namespace GpuContainers.Simulator.Smi;

/// <summary>The answers of <c>nvidia-smi --query-gpu=… --format=csv</c>, which scripts read.</summary>
internal static class SmiQuery
{
    private const string Option = "--query-gpu=";
    private const string NotAvailable = "[N/A]";

    private static readonly Dictionary<string, (string Unit, Func<Answers, Gpu, Readings, object> Value)> s_fields = new(StringComparer.Ordinal)
    {
        ["index"] = ("", static (answers, gpu, _) => SmiProgram.IndexOf(answers, gpu)),
        ["count"] = ("", static (answers, _, _) => answers.Gpus.Count),
        ["name"] = ("", static (_, gpu, _) => gpu.Model),
        ["uuid"] = ("", static (_, gpu, _) => gpu.Uuid),
        ["pci.bus_id"] = ("", static (_, gpu, _) => SmiTable.Bus(gpu)),
        ["driver_version"] = ("", static (answers, _, _) => answers.DriverVersion),
        ["compute_cap"] = ("", static (_, gpu, _) => gpu.ComputeCapability),
        ["persistence_mode"] = ("", static (_, _, _) => "Enabled"),
        ["compute_mode"] = ("", static (_, _, _) => "Default"),
        ["pstate"] = ("", static (_, _, _) => "P0"),
        ["mig.mode.current"] = ("", static (_, gpu, _) => !gpu.MigCapable ? NotAvailable : gpu.MigEnabled ? "Enabled" : "Disabled"),
        ["memory.total"] = ("MiB", static (_, gpu, _) => gpu.MemoryMiB),
        ["memory.used"] = ("MiB", static (_, gpu, now) => Math.Min(now.MemoryUsedMiB, gpu.MemoryMiB)),
        ["memory.free"] = ("MiB", static (_, gpu, now) => gpu.MemoryMiB - Math.Min(now.MemoryUsedMiB, gpu.MemoryMiB)),
        ["utilization.gpu"] = ("%", static (_, gpu, now) => gpu.MigEnabled ? NotAvailable : now.Utilization),
        ["utilization.memory"] = ("%", static (_, gpu, now) => gpu.MigEnabled ? NotAvailable : now.MemoryUtilization),
        ["temperature.gpu"] = ("", static (_, _, now) => now.Temperature),
        ["power.draw"] = ("W", static (_, _, now) => $"{now.Power}.00"),
        ["power.limit"] = ("W", static (_, _, now) => $"{now.PowerLimit}.00"),
        ["clocks.current.sm"] = ("MHz", static (_, _, now) => now.SmClock),
        ["clocks.sm"] = ("MHz", static (_, _, now) => now.SmClock),
        ["clocks.current.memory"] = ("MHz", static (_, _, now) => now.MemoryClock),
        ["clocks.mem"] = ("MHz", static (_, _, now) => now.MemoryClock),
        ["fan.speed"] = ("%", static (_, _, _) => NotAvailable),
    };

    /// <summary>Whether these two arguments are a question of this kind.</summary>
    internal static bool IsQuery(string query, string format) =>
        query.StartsWith(Option, StringComparison.Ordinal) && format.StartsWith("--format=csv", StringComparison.Ordinal);

    /// <summary>Writes a line of names and one for each GPU; false, after a line that says so, when a name is not known.</summary>
    internal static bool Write(Answers answers, IReadOnlyList<Gpu> gpus, string query, string format, TextWriter output)
    {
        string[] names = query[Option.Length..].Split(',', StringSplitOptions.TrimEntries);
        string[] options = format.Split(',');
        if (Array.Find(names, static name => !s_fields.ContainsKey(name)) is { } unknown)
        {
            output.Write($"Field \"{unknown}\" is not a valid field to query.\n");
            return false;
        }
        bool hasUnits = !options.Contains("nounits");
        if (!options.Contains("noheader"))
            output.Write(string.Join(", ", names.Select(name => s_fields[name].Unit is { Length: > 0 } unit ? $"{name} [{unit}]" : name)) + "\n");
        foreach (Gpu gpu in gpus)
        {
            var now = Readings.Of(gpu);
            output.Write(string.Join(", ", names.Select(name => Text(s_fields[name].Value(answers, gpu, now), hasUnits ? s_fields[name].Unit : ""))) + "\n");
        }
        return true;
    }

    private static string Text(object value, string unit)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return unit.Length == 0 || text == NotAvailable ? text : $"{text} {unit}";
    }
}
