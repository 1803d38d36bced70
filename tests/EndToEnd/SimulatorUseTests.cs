namespace GpuContainers.EndToEnd.Tests;

/// <summary>The simulator as others use it: monitoring programs, user namespaces, an installation of its own.</summary>
public sealed class SimulatorUseTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string Uuid = "GPU-2f4d1a00-7c3e-4b6a-9d21-5e8f4a000000";

    // The questions of a monitoring program, through the library's own structures.
    private const string Monitor = """
        import ctypes
        from ctypes import byref, c_char_p, c_uint, c_ulonglong, c_void_p, Structure
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
        class Rates(Structure): _fields_ = [("gpu", c_uint), ("memory", c_uint)]
        class Memory(Structure): _fields_ = [("total", c_ulonglong), ("free", c_ulonglong), ("used", c_ulonglong)]
        class Memory2(Structure): _fields_ = [("version", c_uint)] + [(name, c_ulonglong) for name in ("total", "reserved", "free", "used")]
        class Process(Structure): _fields_ = [("pid", c_uint), ("memory", c_ulonglong), ("gi", c_uint), ("ci", c_uint)]
        def ask(name, *arguments):
            status = getattr(nvml, name)(*arguments)
            assert status == 0, (name, status)
        def number(name, *arguments):
            value = c_uint()
            ask(name, device, *arguments, byref(value))
            return value.value
        ask("nvmlInit_v2")
        device = c_void_p()
        ask("nvmlDeviceGetHandleByIndex_v2", 0, byref(device))
        rates, memory, memory2 = Rates(), Memory(), Memory2(version=0x2000028)
        ask("nvmlDeviceGetUtilizationRates", device, byref(rates))
        ask("nvmlDeviceGetMemoryInfo", device, byref(memory))
        ask("nvmlDeviceGetMemoryInfo_v2", device, byref(memory2))
        assert (memory.total, memory.used, memory.free) == (memory2.total, memory2.used, memory2.free)
        count = c_uint(0)
        status = nvml.nvmlDeviceGetComputeRunningProcesses_v3(device, byref(count), None)
        assert status == (7 if count.value else 0), status
        running = (Process * max(1, count.value))()
        ask("nvmlDeviceGetComputeRunningProcesses_v3", device, byref(count), running)
        name = ctypes.create_string_buffer(64)
        names = []
        for process in running[:count.value]:
            ask("nvmlSystemGetProcessName", process.pid, name, 64)
            names.append(f"{process.pid}={name.value.decode()}:{process.memory >> 20}")
        print(number("nvmlDeviceGetTemperature", 0), rates.gpu, rates.memory, memory.used >> 20, number("nvmlDeviceGetPowerUsage"),
              number("nvmlDeviceGetEnforcedPowerLimit"), number("nvmlDeviceGetClockInfo", 1), number("nvmlDeviceGetClockInfo", 2), *names)
        """;

    private SimulatedHost Host => fixture.Host;

    [Fact]
    public void A_monitoring_program_gets_fixed_values_and_then_those_of_a_script()
    {
        _ = Checkout.MachineProgram("python3");
        string script = Host.At("/run/monitor.py");
        File.WriteAllText(script, Monitor);
        Assert.Equal("31 0 0 0 75000 700000 1980 3201\n", Host.Run("python3", "/run/monitor.py").Succeeded().Output);
        Directory.CreateDirectory(Host.At("/run/gpu-host-simulator/readings"));
        File.WriteAllText(
            Host.At("/run/gpu-host-simulator/readings/" + Uuid), "temperature 91\nutilization 98\npower 650\nprocess 4711 70000 python3 train.py\n");
        Assert.Equal("91 98 0 70000 650000 700000 1980 3201 4711=python3 train.py:70000\n", Host.Run("python3", "/run/monitor.py").Succeeded().Output);
        Assert.Equal(
            "91, 98 %\n", Host.Run("nvidia-smi", "-i", "0", "--query-gpu=temperature.gpu,utilization.gpu", "--format=csv,noheader").Succeeded().Output);
    }

    [Fact]
    public void Nvidia_smi_lists_the_GPUs_of_the_host_and_in_a_container_those_that_it_was_given()
    {
        Assert.Equal(2, Host.Run("nvidia-smi", "-L").Succeeded().Output.Split('\n').Count(static line => line.StartsWith("GPU ", StringComparison.Ordinal)));
        string inside = new Container(Host).With("NVIDIA_VISIBLE_DEVICES=1").Run("nvidia-smi -L").Succeeded().Output;
        Assert.Equal("GPU 0: NVIDIA H200 (UUID: GPU-2f4d1a01-7c3e-4b6a-9d21-5e8f4a000001)\n", inside);
    }

    // Something lies over a folder of the host's procfs and sysfs, for which the kernel would refuse both to a user namespace.
    [Fact]
    public void A_user_namespace_can_mount_procfs_and_sysfs()
    {
        _ = Checkout.MachineProgram("unshare");
        string output = Host.Run(
            "unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount", "/bin/sh", "-c",
            "mount -t proc proc /proc && mount -t sysfs sysfs /sys && cat /proc/1/comm && ls /sys").Succeeded().Output;
        Assert.StartsWith("sh\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_make_installs_works_by_its_name()
    {
        _ = Checkout.MachineProgram("make");
        _ = Checkout.Simulator();
        string target = Directory.CreateTempSubdirectory("simulator-").FullName;
        try
        {
            Command.Run("make", "-C", Checkout.Root, "install-simulator", "DESTDIR=" + target, "PREFIX=/usr/local").Succeeded();
            string program = target + "/usr/local/bin/gpu-host-simulator";
            Assert.Contains("NVIDIA H200", Command.Run(program, "run", "h200x2", "--", "nvidia-smi", "-L").Succeeded().Output, StringComparison.Ordinal);
            Assert.StartsWith("gpu-host-simulator: shows a command", Command.Run(program, "run", "--help").Succeeded().Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }
}
