using System.Runtime.InteropServices;
using GpuContainers.Elf;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Simulator.Tests;

/// <summary>The libraries of a simulated driver, tried with the dynamic loader itself.</summary>
public sealed unsafe class SharedObjectTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shared-object-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_dynamic_loader_loads_it_and_its_functions_run()
    {
        var library = new SharedObject("libexample.so.1");
        library.Export("zero", MachineCode.ReturnZero());
        library.Export("store", MachineCode.Store(0x12345678));
        library.Export("second", MachineCode.StoreSecondArgument());
        library.Export("choose", MachineCode.StoreBySecondArgument((75, 9), (76, -3)));
        nint handle = Load(library);
        int value = -1;
        Assert.Equal(0, ((delegate* unmanaged<int>)NativeLibrary.GetExport(handle, "zero"))());
        Assert.Equal(0, ((delegate* unmanaged<int*, int>)NativeLibrary.GetExport(handle, "store"))(&value));
        Assert.Equal(0x12345678, value);
        Assert.Equal(0, ((delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(handle, "second"))(&value, 42));
        Assert.Equal(42, value);
        var choose = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(handle, "choose");
        Assert.Equal((0, 9), (choose(&value, 75), value));
        Assert.Equal((0, -3), (choose(&value, 76), value));
        Assert.Equal((1, -3), (choose(&value, 77), value));
        NativeLibrary.Free(handle);
    }

    [Fact]
    public void It_loads_without_functions_too()
    {
        nint handle = Load(new SharedObject("libempty.so.1"));
        Assert.False(NativeLibrary.TryGetExport(handle, "anything", out _));
        NativeLibrary.Free(handle);
    }

    [Fact]
    public void The_32_bit_form_says_so_and_is_no_library_for_this_process()
    {
        byte[] bytes = new SharedObject("libcuda.so.1", is32Bit: true).ToBytes();
        Assert.Equal(1, bytes[4]);
        Assert.Equal(3, bytes[18]);
        Assert.False(NativeLibrary.TryLoad(Write(bytes), out _));
    }

    private nint Load(SharedObject library) => NativeLibrary.Load(Write(library.ToBytes()));

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("N") + ".so");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    [Theory]
    [InlineData("libx.so.1", true)]
    [InlineData("libx.so.1", false)]
    [InlineData(null, true)]
    public void The_soname_and_the_section_headers_are_those_that_were_asked_for(string? soname, bool hasSections)
    {
        byte[] file = new SharedObject(soname) { HasSections = hasSections }.ToBytes();
        ElfFile elf = ElfFile.Read(
            (buffer, offset) =>
            {
                file.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
                return buffer.Length;
            },
            file.Length)!;
        Assert.Equal(hasSections, elf.HasSections);
        byte[]? name = elf.ReadDynamic(withNeeded: false)!.Soname;
        Assert.Equal(soname, name is null ? null : System.Text.Encoding.ASCII.GetString(name));
    }
}
