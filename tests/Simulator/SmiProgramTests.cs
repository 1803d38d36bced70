using System.Globalization;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Nvml;
using GpuContainers.Simulator.Smi;
using GpuContainers.Simulator.Tree;

namespace GpuContainers.Simulator.Tests;

/// <summary>nvidia-smi of a simulated driver, over the answers that stand behind its own file.</summary>
public sealed class SmiProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("smi-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_list_names_GPUs_and_MIG_devices()
    {
        (int status, string output) = Run("a100-mig", "-L");
        Assert.Equal(0, status);
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, static line =>
            line.StartsWith("  MIG ", StringComparison.Ordinal) && line.Contains("Device  4: (UUID: MIG-", StringComparison.Ordinal));
    }

    // A container sees what it was given, counted anew.
    [Fact]
    public void A_GPU_without_its_node_is_not_there()
    {
        Prepare("h200x2");
        File.Delete(_folder + "/dev/nvidia0");
        (_, string output) = Run("-L");
        Assert.Equal("GPU 0: NVIDIA H200 (UUID: GPU-2f4d1a01-7c3e-4b6a-9d21-5e8f4a000001)\n", output);
        File.Delete(_folder + "/dev/nvidia1");
        Assert.Equal((6, "No devices were found\n"), Run("-L"));
    }

    // Every line but the first, which is the time, has one width: scripts cut the table by columns.
    [Fact]
    public void The_table_has_the_width_of_the_real_one_and_what_is_going_on()
    {
        const string description = """
            { "driver": { }, "gpus": [ { "readings": { "temperature": 64, "utilization": 97, "power": 512, "memoryUsedMiB": 100,
              "processes": [ { "pid": 4711, "name": "/usr/bin/python3", "memoryMiB": 70000 } ] } } ] }
            """;
        (int status, string output) = Run(Described(description));
        Assert.Equal(0, status);
        string[] lines = output.TrimEnd('\n').Split('\n')[1..];
        Assert.All(lines.Where(static line => line.Length > 0), static line => Assert.Equal(91, line.Length));
        Assert.Contains(lines, static line => line.Contains("64C", StringComparison.Ordinal) && line.Contains("512W /  700W", StringComparison.Ordinal)
            && line.Contains("70100MiB / 143771MiB", StringComparison.Ordinal) && line.Contains("97%", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains("4711", StringComparison.Ordinal) && line.Contains("/usr/bin/python3", StringComparison.Ordinal));
        Assert.DoesNotContain("No running processes found", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "--query-gpu=index,name,memory.total --format=csv",
        "index, name, memory.total [MiB]\n0, NVIDIA H200, 143771 MiB\n1, NVIDIA H200, 143771 MiB\n")]
    [InlineData("-i 1 --query-gpu=temperature.gpu,utilization.gpu --format=csv,noheader", "31, 0 %\n")]
    [InlineData("--id=0 --query-gpu=power.draw,pci.bus_id,driver_version --format=csv,noheader,nounits", "75.00, 00000000:18:00.0, 570.133.20\n")]
    public void Scripts_get_what_they_ask_for(string arguments, string expected) => Assert.Equal((0, expected), Run(["h200x2", .. arguments.Split(' ')]));

    [Theory]
    [InlineData("--query-gpu=horsepower --format=csv", "Field \"horsepower\" is not a valid field to query.")]
    [InlineData("-q", "does not know: -q")]
    public void What_it_does_not_know_is_said(string arguments, string text)
    {
        (int status, string output) = Run(["h200x2", .. arguments.Split(' ')]);
        Assert.Equal(2, status);
        Assert.Contains(text, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stale-module", 9, "Failed to initialize NVML: Driver/library version mismatch\n")]
    [InlineData("nvml-missing", 12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system.\n")]
    [InlineData("nvml-fails", 9, "Failed to initialize NVML: Unknown Error\n")]
    public void A_driver_that_does_not_work_is_told_as_the_real_program_tells_it(string host, int status, string text) =>
        Assert.Equal((status, text), Run(host, "-L"));

    private (int Status, string Output) Run(params string[] arguments)
    {
        string[] rest = arguments;
        if (arguments is [{ } host, .. string[] others] && !host.StartsWith('-'))
        {
            Prepare(host);
            rest = others;
        }
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        int status = SmiProgram.Run(rest, Answers.Read(_folder + "/program"), output);
        return (status, output.ToString());
    }

    private string Described(string description)
    {
        string file = _folder + "/host.json";
        File.WriteAllText(file, description);
        return file;
    }

    // The program's file with the answers, and nodes of all GPUs where these answers look for them.
    private void Prepare(string host)
    {
        HostDescription description = HostDescriptions.Load(host);
        IReadOnlyList<SimulatedGpu> gpus = SimulatedGpus.Resolve(description);
        Directory.CreateDirectory(_folder + "/dev");
        foreach (SimulatedGpu gpu in gpus)
            File.WriteAllText($"{_folder}/dev/nvidia{gpu.Minor}", "");
        File.WriteAllBytes(_folder + "/program", NvmlTree.WithAnswers([1, 2, 3], NvmlTree.Answers(description.Driver!, gpus, _folder)));
    }
}
