using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>Size and form of the built programs.</summary>
public sealed class BinaryTests
{
    private const long MostInstalledBytes = 14_500_000;
    private const long MostCoreBytes = 5_800_000;
    private const long MostRelocationBytes = 1024;
    private const uint Interpreter = 3, RelocationsWithAddend = 4;

    [Fact]
    public void The_installed_programs_stay_below_14_5_MB()
    {
        // Core and tools: the other names are links to the core, and the installer lies in an image of its own.
        long size = new FileInfo(Checkout.Program("nvidia-container-runtime")).Length + new FileInfo(Checkout.Program("nvidia-ctk-cli")).Length;
        Assert.InRange(size, 1, MostInstalledBytes);
    }

    [Fact]
    public void The_core_stays_below_5_8_MB() => Assert.InRange(new FileInfo(Checkout.Program("nvidia-container-runtime")).Length, 1, MostCoreBytes);

    // A function of another type may give the right answer only as long as the code lies by luck: what a "bool" is, differs between architectures.
    [Fact]
    public void Functions_of_the_runtime_are_led_only_to_functions_of_their_own_type()
    {
        string[] places = [.. Directory.EnumerateFiles(Checkout.At("src"), "*.csproj", SearchOption.AllDirectories), Checkout.At("Directory.Build.targets")];
        string[] led = [.. places.SelectMany(File.ReadLines).Select(static line => Regex.Match(line, "--defsym=(__wrap_[^\"]+)"))
            .Where(static match => match.Success).Select(static match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "__wrap__Z16InitializeCGroupv=_Z13CleanupCGroupv", // both return nothing
                "__wrap__Z19InitializeCpuCGroupv=_Z13CleanupCGroupv",
                "__wrap__Z25PalGetEnvironmentVariablePKcPcj=pthread_mutexattr_destroy", // a number of 32 bits, 0
            ],
            led);
    }

    // Its only user there would be a library, for a question that is answered already; see eng/aot/substitutions.xml. The names are those of stack traces.
    [Fact]
    public void The_core_has_no_engine_of_regular_expressions()
    {
        byte[] core = File.ReadAllBytes(Checkout.Program("nvidia-container-runtime")), tools = File.ReadAllBytes(Checkout.Program("nvidia-ctk-cli"));
        Assert.True(tools.AsSpan().IndexOf("RegexInterpreter"u8) >= 0);
        Assert.Equal(-1, core.AsSpan().IndexOf("RegexInterpreter"u8));
    }

    // Pages that a start touches cost time and memory; see eng/aot/order.py.
    [Fact]
    public void What_runs_when_a_container_starts_lies_together()
    {
        string machine = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
        string symbols = Checkout.At("artifacts", "publish", machine, "Runtime", "nvidia-container-runtime.dbg");
        Dictionary<string, long> places = [];
        foreach (string line in Command.Run(Checkout.MachineProgram("nm"), [symbols]).Succeeded().Output.Split('\n'))
        {
            if (line.Split(' ', 3) is [var address, "t" or "T", var name])
                places[name] = long.Parse(address, NumberStyles.HexNumber);
        }
        string[] order = File.ReadAllLines(Checkout.At("eng", "aot", "order.txt"));
        long[] known = [.. order.Where(places.ContainsKey).Select(name => places[name]).Order()];
        // A tenth may be gone or under another's name before the file is written anew.
        Assert.InRange(known.Length, order.Length * 9 / 10, order.Length);
        Assert.InRange(known[known.Length * 95 / 100] - known[0], 0, 640 << 10);
        // Of the runtime and the C library (eng/aot/start.ld, for x64 alone), which are four times as long.
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return;
        string[] native = ["__libc_start_main", "RhInitialize", "RhpNewFast", "RhpGcAlloc", "__libc_malloc"];
        long[] begun = [.. native.Select(name => places[name]).Order()];
        Assert.InRange(begun[^1] - begun[0], 0, 320 << 10);
    }

    // A static program names no dynamic loader: then LD_PRELOAD and its kin are nobody's business (CVE-2025-23266).
    [Fact]
    [Requirement("HK-129")]
    public void The_core_is_static()
    {
        byte[] elf = File.ReadAllBytes(Checkout.Program("nvidia-container-runtime"));
        long table = BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(32));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(54)), count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(56));
        for (int i = 0; i < count; i++)
            Assert.NotEqual(Interpreter, BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan((int)table + (i * size))));
    }

    // Relocations are applied at every start; position-dependent code has hardly any.
    [Theory]
    [InlineData("nvidia-container-runtime")]
    [InlineData("nvidia-ctk-cli")]
    public void A_start_applies_hardly_any_relocation(string program)
    {
        byte[] elf = File.ReadAllBytes(Checkout.Program(program));
        long table = BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(40));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(58)), count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(60));
        long total = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> section = elf.AsSpan((int)table + (i * size), size);
            // Lazy ones (jump slots, with the flag SHF_INFO_LINK) are applied when first used.
            bool isLazy = (BinaryPrimitives.ReadUInt64LittleEndian(section[8..]) & 0x40) != 0;
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == RelocationsWithAddend && !isLazy)
                total += BinaryPrimitives.ReadInt64LittleEndian(section[32..]);
        }
        Assert.InRange(total, 0, MostRelocationBytes);
    }

    // A crash dump program beside a program would be started by the runtime when DOTNET_DbgEnableMiniDump is set (guide to security, M4 for .NET).
    [Fact]
    public void No_crash_dump_program_lies_beside_them()
    {
        _ = Checkout.Program("nvidia-container-runtime");
        Assert.False(File.Exists(Checkout.At("artifacts", "bin", "createdump")));
    }
}
