using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>What the driver's own libraries answer on a machine, or how they fail.</summary>
/// <param name="Report">Their answers.</param>
/// <param name="Failure">Why there are none, in words; empty when there are.</param>
/// <param name="Behaviour">In the word of a description for the simulator: works, fails, hangs, crashes.</param>
internal sealed record DriverAnswers(InventoryReport Report, string Failure, string Behaviour)
{
    // As nvml.h numbers them: what a library says without a module, and without the one that fits.
    private const int NotLoaded = 9, Mismatch = 18;

    /// <summary>Asks, in a child; nothing is asked where there is nothing to ask.</summary>
    public static DriverAnswers Ask(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        string library = Library(machine);
        InventoryQuestions questions = (library.Length > 0 ? InventoryQuestions.Nvml : InventoryQuestions.None)
            | (driver.Platform == PlatformKind.Wsl ? InventoryQuestions.DriverStores : InventoryQuestions.None)
            | (driver.Platform == PlatformKind.Tegra ? InventoryQuestions.Cuda : InventoryQuestions.None);
        if (questions == InventoryQuestions.None)
            return new DriverAnswers(new InventoryReport(), "", "works");
        try
        {
            InventoryReport report = machine.Context.Child.Ask(questions, library);
            return new DriverAnswers(report, report.InitError?.Text ?? "", Word(report.InitError));
        }
        catch (HostException failure)
        {
            string behaviour = failure.TimedOut ? "hangs" : failure.Signal != 0 ? "crashes" : "fails";
            return new DriverAnswers(new InventoryReport(), machine.Shown(failure.Message), behaviour);
        }
    }

    // The one of the first driver root that has one: its answers are the machine's.
    private static string Library(Machine machine)
    {
        foreach (string root in BundleContent.Roots(machine))
        {
            var driver = new DriverRoot(machine.Context.Files, machine.At(root));
            if (new LibraryFolders(driver, []).Locate("libnvidia-ml.so.1") is [string first, ..])
                return first;
        }
        return machine.Driver.Platform == PlatformKind.Wsl ? new LoaderLibraries(machine.Driver.Root).Find("libnvidia-ml.so.1") ?? "" : "";
    }

    private static string Word(DriverError? error) => error?.Code switch
    {
        null => "works",
        NotLoaded => "notLoaded",
        Mismatch => "mismatch",
        _ => "fails",
    };

    /// <summary>Writes them as the simulator reads them.</summary>
    public void Write(JsonLine json, Machine machine)
    {
        json.BeginObject();
        json.Member("behaviour", Behaviour);
        json.Optional("failure", Failure);
        json.Optional("driverVersion", Report.DriverVersion ?? "");
        json.Optional("cudaVersion", (long?)(Report.CudaVersion ?? Report.CudaDriverVersion));
        json.Optional("computeCapability", Report.ComputeCapability ?? "");
        json.Optional("driverStores", [.. Report.DriverStores.Select(machine.Shown)]);
        json.Name("gpus");
        json.BeginList();
        foreach (InventoryGpu gpu in Report.Gpus)
            Write(json, gpu);
        json.EndList();
        json.EndObject();
    }

    private static void Write(JsonLine json, InventoryGpu gpu)
    {
        json.BeginObject();
        json.Member("model", gpu.Name);
        json.Optional("uuid", gpu.Uuid ?? "");
        json.Optional("minor", (long?)gpu.Minor);
        json.Optional("busId", gpu.BusId ?? "");
        json.Optional("computeCapability", gpu.ComputeCapability ?? "");
        json.Name("migCapable");
        json.Value(gpu.IsMigCapable);
        json.Name("migEnabled");
        json.Value(gpu.IsMigEnabled);
        if (gpu.CoherentError is null)
        {
            json.Name("coherent");
            json.Value(gpu.IsCoherent);
        }
        json.Name("mig");
        json.BeginList();
        foreach (InventoryMig mig in gpu.MigDevices)
            Write(json, mig);
        json.EndList();
        json.EndObject();
    }

    private static void Write(JsonLine json, InventoryMig mig)
    {
        json.BeginObject();
        json.Optional("index", (long?)mig.Index);
        json.Optional("uuid", mig.Uuid ?? "");
        json.Optional("gpuInstance", (long?)mig.GpuInstance);
        json.Optional("computeInstance", (long?)mig.ComputeInstance);
        json.Name("graphics");
        json.Value(mig.HasGraphics);
        json.EndObject();
    }

    /// <summary>Their texts, for what they have to hide.</summary>
    public string Texts => Encoding.UTF8.GetString(InventoryReportJson.Write(Report));
}
